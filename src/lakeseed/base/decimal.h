// Money and other decimals as 64-bit integers with a scale known elsewhere.
//
// Law: every rounding is half away from zero, on integers; no double is involved.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lakeseed {

/// Largest scale: 10^18 is the largest power of ten in 64 bits.
inline constexpr int kMaxScale = 18;

/// 10^exponent. REQUIRES: 0 <= exponent <= kMaxScale.
int64_t PowerOfTen(int exponent);

/// amount * n / d, half away from zero. REQUIRES: d > 0 and a result in 64 bits.
inline int64_t RoundRatio(int64_t amount, int64_t n, int64_t d) {
  using Wide = unsigned __int128;
  const auto size = [](int64_t x) {
    return x < 0 ? ~static_cast<uint64_t>(x) + 1 : static_cast<uint64_t>(x);
  };
  const bool negative = (amount < 0) != (n < 0);
  const Wide product = static_cast<Wide>(size(amount)) * size(n);
  const Wide divisor = static_cast<Wide>(d);
  const auto rounded = static_cast<uint64_t>((2 * product + divisor) / (2 * divisor));
  return static_cast<int64_t>(negative ? ~rounded + 1 : rounded);
}

/// As RoundRatio; false if the result does not fit or d <= 0.
bool CheckedRatio(int64_t amount, int64_t n, int64_t d, int64_t* out);

/// The same number at another scale, half away from zero.
/// \retval Invalid  a scale outside [0, kMaxScale], or a result beyond 64 bits
arrow::Result<int64_t> Rescale(int64_t value, int from_scale, int to_scale);

/// Sum, difference and product; false on overflow, then *out is not to be used.
inline bool CheckedAdd(int64_t a, int64_t b, int64_t* out) {
  return !__builtin_add_overflow(a, b, out);
}
inline bool CheckedSubtract(int64_t a, int64_t b, int64_t* out) {
  return !__builtin_sub_overflow(a, b, out);
}
inline bool CheckedMultiply(int64_t a, int64_t b, int64_t* out) {
  return !__builtin_mul_overflow(a, b, out);
}

/// unscaled / 10^scale.
struct Decimal {
  int64_t unscaled = 0;
  int scale = 0;

  bool operator==(const Decimal&) const = default;
};

/// Read "-12.50" as {-1250, 2}: sign, digits, at most one point.
/// \retval Invalid  any other text, or more digits than fit
arrow::Result<Decimal> ParseDecimal(std::string_view text);

/// Write {-1250, 2} as "-12.50". REQUIRES: 0 <= scale <= kMaxScale.
std::string FormatDecimal(int64_t unscaled, int scale);

}  // namespace lakeseed
