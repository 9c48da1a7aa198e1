// Whole numbers and decimals as text, inside the loops that write columns of them.
//
// Thread safety: pure functions.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace lakeseed {
namespace internal {

inline constexpr int64_t kPowersOfTen[] = {
    1,       10,        100,        1'000,       10'000,
    100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
inline constexpr uint64_t kEightDigits = 100'000'000;
inline constexpr uint64_t kZeros = 0x3030'3030'3030'3030;  ///< '0' in each byte.

/// The numbers 00 to 99 as text, one after the other.
inline constexpr auto kTwoDigits = [] {
  std::array<char, 200> digits{};
  for (int i = 0; i < 100; ++i) {
    digits[static_cast<size_t>(2 * i)] = static_cast<char>('0' + i / 10);
    digits[static_cast<size_t>(2 * i + 1)] = static_cast<char>('0' + i % 10);
  }
  return digits;
}();

/// REQUIRES: 0 <= value < 100.
inline char* WriteTwo(uint64_t value, char* out) {
  std::memcpy(out, kTwoDigits.data() + 2 * value, 2);
  return out + 2;
}

/// Exactly `width` digits with leading zeros. REQUIRES: 0 <= value < 10^width.
inline char* WritePadded(uint64_t value, int width, char* out) {
  int i = width;
  for (; i >= 2; i -= 2, value /= 100) WriteTwo(value % 100, out + i - 2);
  if (i == 1) *out = static_cast<char>('0' + value);
  return out + width;
}

/// Eight digits as the bytes of a word, the first digit lowest: halves are cut into
/// halves side by side, by products instead of divisions.
inline uint64_t EightDigits(uint64_t value) {
  const uint64_t fours = value / 10'000 | value % 10'000 << 32;
  const uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007F'0000'007F;
  const uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

/// Four digits as bytes, the first lowest: EightDigits in 32 bits, of which
/// vectors have products at every level.
[[gnu::always_inline]] inline uint32_t FourDigits(uint32_t value) {
  const uint32_t hundreds = value * 10'486 >> 20;
  const uint32_t twos = hundreds | (value - 100 * hundreds) << 16;
  const uint32_t tens = (twos * 103 >> 10) & 0x000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

/// REQUIRES: value < 10^8.
inline char* WriteEight(uint64_t value, char* out) {
  const uint64_t digits = EightDigits(value) | kZeros;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(digits >> 8 * i);
  return out + 8;
}

/// The same without leading zeros; eight bytes are written.
inline char* WriteUpToEight(uint64_t value, char* out) {
  const uint64_t digits = EightDigits(value);
  // The last digit stays, be it zero.
  const int zeros = std::countr_zero(digits | uint64_t{1} << 56) / 8;
  const uint64_t text = (digits | kZeros) >> 8 * zeros;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(text >> 8 * i);
  return out + 8 - zeros;
}

/// Hundredths of less than 10^8 with their point; eight bytes are written at once, then
/// the point goes before the last two digits.
inline char* WriteHundredths(uint64_t value, char* out) {
  const uint64_t digits = EightDigits(value);
  // The last three digits stay.
  const int zeros = std::countr_zero(digits | uint64_t{1} << 40) / 8;
  const uint64_t text = (digits | kZeros) >> 8 * zeros;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(text >> 8 * i);
  char* const point = out + 6 - zeros;
  point[2] = point[1];
  point[1] = point[0];
  *point = '.';
  return point + 3;
}

inline uint64_t MagnitudeOf(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value)
                   : static_cast<uint64_t>(value);
}

}  // namespace internal

/// These write kShortTextBytes at most and return the end of the text.
inline char* WriteUnsigned(uint64_t value, char* out) {
  if (value < internal::kEightDigits) return internal::WriteUpToEight(value, out);
  const uint64_t high = value / internal::kEightDigits;
  // 2^64 has 20 digits: the first of three parts has four at most.
  out = high < internal::kEightDigits
            ? internal::WriteUpToEight(high, out)
            : internal::WriteEight(
                  high % internal::kEightDigits,
                  internal::WriteUpToEight(high / internal::kEightDigits, out));
  return internal::WriteEight(value % internal::kEightDigits, out);
}

inline char* WriteInteger(int64_t value, char* out) {
  *out = '-';
  return WriteUnsigned(internal::MagnitudeOf(value), out + (value < 0));
}

/// REQUIRES: 0 <= scale <= 9.
inline char* WriteDecimal(int64_t value, int32_t scale, char* out) {
  *out = '-';
  out += value < 0;
  const uint64_t magnitude = internal::MagnitudeOf(value);
  if (scale == 0) return WriteUnsigned(magnitude, out);
  if (scale == 2) {  // Money.
    if (magnitude < internal::kEightDigits) {
      return internal::WriteHundredths(magnitude, out);
    }
    out = WriteUnsigned(magnitude / 100, out);
    *out++ = '.';
    return internal::WriteTwo(magnitude % 100, out);
  }
  const auto one = static_cast<uint64_t>(internal::kPowersOfTen[scale]);
  out = WriteUnsigned(magnitude / one, out);
  *out++ = '.';
  return internal::WritePadded(magnitude % one, scale, out);
}

}  // namespace lakeseed
