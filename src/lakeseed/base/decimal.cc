#include "lakeseed/base/decimal.h"

#include <fmt/format.h>

#include <limits>

#include "lakeseed/base/status.h"

namespace lakeseed {

int64_t PowerOfTen(int exponent) {
  static constexpr int64_t kPowers[] = {1,
                                        10,
                                        100,
                                        1000,
                                        10000,
                                        100000,
                                        1000000,
                                        10000000,
                                        100000000,
                                        1000000000,
                                        10000000000,
                                        100000000000,
                                        1000000000000,
                                        10000000000000,
                                        100000000000000,
                                        1000000000000000,
                                        10000000000000000,
                                        100000000000000000,
                                        1000000000000000000};
  return kPowers[exponent];
}

bool CheckedRatio(int64_t amount, int64_t n, int64_t d, int64_t* out) {
  using Wide = unsigned __int128;
  if (d <= 0) return false;
  const auto size = [](int64_t x) -> Wide {
    return x < 0 ? -static_cast<__int128>(x) : x;
  };
  const bool negative = (amount < 0) != (n < 0);
  const Wide divisor = static_cast<Wide>(d);
  const Wide rounded = (2 * (size(amount) * size(n)) + divisor) / (2 * divisor);
  const Wide limit = static_cast<Wide>(std::numeric_limits<int64_t>::max()) + negative;
  if (rounded > limit) return false;
  *out = negative ? static_cast<int64_t>(-static_cast<__int128>(rounded))
                  : static_cast<int64_t>(rounded);
  return true;
}

arrow::Result<int64_t> Rescale(int64_t value, int from_scale, int to_scale) {
  for (int scale : {from_scale, to_scale}) {
    if (scale < 0 || scale > kMaxScale) {
      return RequestError(
          fmt::format("decimal scale is outside [0, {}]: {}", kMaxScale, scale));
    }
  }
  if (from_scale >= to_scale) {
    return RoundRatio(value, 1, PowerOfTen(from_scale - to_scale));
  }
  int64_t out = 0;
  if (!CheckedMultiply(value, PowerOfTen(to_scale - from_scale), &out)) {
    return RequestError(fmt::format("decimal does not fit in 64 bits at scale {}: {}",
                                    to_scale, FormatDecimal(value, from_scale)));
  }
  return out;
}

arrow::Result<Decimal> ParseDecimal(std::string_view text) {
  const auto wrong = [&](const char* why) {
    return RequestError(fmt::format("{}: {}", why, text), "write it like -12.50");
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  Decimal out;
  bool digit = false, point = false;
  for (char c : rest) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return wrong("not a decimal number");
    digit = true;
    const int64_t value = negative ? '0' - c : c - '0';
    if (!CheckedMultiply(out.unscaled, 10, &out.unscaled) ||
        !CheckedAdd(out.unscaled, value, &out.unscaled)) {
      return wrong("decimal number has too many digits");
    }
    out.scale += point ? 1 : 0;
  }
  if (!digit) return wrong("not a decimal number");
  if (out.scale > kMaxScale) return wrong("decimal number has too many digits");
  return out;
}

std::string FormatDecimal(int64_t unscaled, int scale) {
  const bool negative = unscaled < 0;
  const uint64_t size =
      negative ? ~static_cast<uint64_t>(unscaled) + 1 : static_cast<uint64_t>(unscaled);
  const auto unit = static_cast<uint64_t>(PowerOfTen(scale));
  std::string text = fmt::format("{}{}", negative ? "-" : "", size / unit);
  if (scale > 0) text += fmt::format(".{:0{}}", size % unit, scale);
  return text;
}

}  // namespace lakeseed
