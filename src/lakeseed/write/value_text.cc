#include "lakeseed/write/value_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "lakeseed/base/date.h"
#include "lakeseed/base/floor_divide.h"

namespace lakeseed {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kPowersOfTen[] = {1,           10,           100,       1'000,
                                    10'000,      100'000,      1'000'000, 10'000'000,
                                    100'000'000, 1'000'000'000};

constexpr uint64_t kEightDigits = 100'000'000;
constexpr uint64_t kZeros = 0x3030'3030'3030'3030;  ///< '0' in each byte.

/// The numbers 00 to 99 as text, one after the other.
constexpr auto kTwoDigits = [] {
  std::array<char, 200> digits{};
  for (int i = 0; i < 100; ++i) {
    digits[static_cast<size_t>(2 * i)] = static_cast<char>('0' + i / 10);
    digits[static_cast<size_t>(2 * i + 1)] = static_cast<char>('0' + i % 10);
  }
  return digits;
}();

/// REQUIRES: 0 <= value < 100.
char* WriteTwo(uint64_t value, char* out) {
  std::memcpy(out, kTwoDigits.data() + 2 * value, 2);
  return out + 2;
}

/// Exactly `width` digits with leading zeros. REQUIRES: 0 <= value < 10^width.
char* WritePadded(uint64_t value, int width, char* out) {
  int i = width;
  for (; i >= 2; i -= 2, value /= 100) WriteTwo(value % 100, out + i - 2);
  if (i == 1) *out = static_cast<char>('0' + value);
  return out + width;
}

/// Eight digits as the bytes of a word, the first digit lowest: halves are cut into
/// halves side by side, by products instead of divisions.
uint64_t EightDigits(uint64_t value) {
  const uint64_t fours = value / 10'000 | value % 10'000 << 32;
  const uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007F'0000'007F;
  const uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

/// REQUIRES: value < 10^8.
char* WriteEight(uint64_t value, char* out) {
  const uint64_t digits = EightDigits(value) | kZeros;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(digits >> 8 * i);
  return out + 8;
}

/// The same without leading zeros; eight bytes are written.
char* WriteUpToEight(uint64_t value, char* out) {
  const uint64_t digits = EightDigits(value);
  // The last digit stays, be it zero.
  const int zeros = std::countr_zero(digits | uint64_t{1} << 56) / 8;
  const uint64_t text = (digits | kZeros) >> 8 * zeros;
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(text >> 8 * i);
  return out + 8 - zeros;
}

uint64_t MagnitudeOf(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value)
                   : static_cast<uint64_t>(value);
}

/// Call run with the ticks of a second as a constant, so that its divisions are products.
template <typename Run>
auto WithTicks(int digits, Run&& run) {
  switch (digits) {
    case 0:
      return run(std::integral_constant<int64_t, 1>());
    case 3:
      return run(std::integral_constant<int64_t, 1'000>());
    case 6:
      return run(std::integral_constant<int64_t, 1'000'000>());
    default:
      return run(std::integral_constant<int64_t, 1'000'000'000>());
  }
}

template <typename T>
char* WriteShortest(T value, char* out) {
  char* end = std::to_chars(out, out + kShortTextBytes - 2, value).ptr;
  const std::string_view written(out, static_cast<size_t>(end - out));
  if (written.find_first_of(".en") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  return end;
}

template <typename Write>
void AppendShort(std::string* out, Write&& write) {
  char text[kShortTextBytes];
  out->append(text, static_cast<size_t>(write(text) - text));
}

/// Digits of a whole number, sign first, as value * 10^-scale.
void AppendScaled(std::string_view digits, int32_t scale, std::string* out) {
  if (scale <= 0) {
    out->append(digits);
    if (digits != "0") out->append(static_cast<size_t>(-scale), '0');
    return;
  }
  if (digits.front() == '-') {
    out->push_back('-');
    digits.remove_prefix(1);
  }
  const size_t fraction = static_cast<size_t>(scale);
  if (digits.size() <= fraction) {
    out->append("0.");
    out->append(fraction - digits.size(), '0');
    out->append(digits);
    return;
  }
  out->append(digits.substr(0, digits.size() - fraction));
  out->push_back('.');
  out->append(digits.substr(digits.size() - fraction));
}

arrow::Result<int64_t> ParseDigits(std::string_view text) {
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return arrow::Status::Invalid("not a number: ", text);
  }
  return value;
}

}  // namespace

char* WriteUnsigned(uint64_t value, char* out) {
  if (value < kEightDigits) return WriteUpToEight(value, out);
  const uint64_t high = value / kEightDigits;
  // 2^64 has 20 digits: the first of three parts has four at most.
  out = high < kEightDigits
            ? WriteUpToEight(high, out)
            : WriteEight(high % kEightDigits, WriteUpToEight(high / kEightDigits, out));
  return WriteEight(value % kEightDigits, out);
}

char* WriteInteger(int64_t value, char* out) {
  *out = '-';
  return WriteUnsigned(MagnitudeOf(value), out + (value < 0));
}

char* WriteDecimal(int64_t value, int32_t scale, char* out) {
  *out = '-';
  out += value < 0;
  const uint64_t magnitude = MagnitudeOf(value);
  if (scale == 0) return WriteUnsigned(magnitude, out);
  if (scale == 2) {  // Money: the division by a constant is a product.
    out = WriteUnsigned(magnitude / 100, out);
    *out++ = '.';
    return WriteTwo(magnitude % 100, out);
  }
  const auto one = static_cast<uint64_t>(kPowersOfTen[scale]);
  out = WriteUnsigned(magnitude / one, out);
  *out++ = '.';
  return WritePadded(magnitude % one, scale, out);
}

char* WriteDate(int64_t days, char* out) {
  const CivilDate date = CivilFromDays(static_cast<int32_t>(days));
  if (date.year < 0) *out++ = '-';
  const uint64_t year = MagnitudeOf(date.year);
  out = year > 9'999 ? WriteUnsigned(year, out) : WritePadded(year, 4, out);
  *out++ = '-';
  out = WriteTwo(static_cast<uint64_t>(date.month), out);
  *out++ = '-';
  return WriteTwo(static_cast<uint64_t>(date.day), out);
}

char* WriteTime(int64_t ticks, int digits, char* out) {
  return WithTicks(digits, [&](auto ticks_per_second) {
    constexpr auto kPerSecond = static_cast<uint64_t>(ticks_per_second());
    const uint64_t seconds = static_cast<uint64_t>(ticks) / kPerSecond;
    out = WriteTwo(seconds / 3'600 % 100, out);
    *out++ = ':';
    out = WriteTwo(seconds / 60 % 60, out);
    *out++ = ':';
    out = WriteTwo(seconds % 60, out);
    if (digits == 0) return out;
    *out++ = '.';
    return WritePadded(static_cast<uint64_t>(ticks) % kPerSecond, digits, out);
  });
}

char* WriteTimestamp(int64_t ticks, int digits, char separator, bool zoned, char* out) {
  const int64_t per_day = kSecondsPerDay * kPowersOfTen[digits];
  const int64_t days = WithTicks(digits, [&](auto ticks_per_second) {
    return FloorDivide(ticks, kSecondsPerDay * ticks_per_second());
  });
  out = WriteDate(days, out);
  *out++ = separator;
  out = WriteTime(ticks - days * per_day, digits, out);
  if (zoned) *out++ = 'Z';
  return out;
}

char* WriteReal(double value, char* out) { return WriteShortest(value, out); }
char* WriteReal(float value, char* out) { return WriteShortest(value, out); }

void AppendInteger(int64_t value, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteInteger(value, text); });
}

void AppendUnsigned(uint64_t value, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteUnsigned(value, text); });
}

void AppendDecimal(int64_t value, int32_t scale, std::string* out) {
  if (0 <= scale && scale <= 9) {
    return AppendShort(out, [&](char* text) { return WriteDecimal(value, scale, text); });
  }
  char text[kShortTextBytes];
  const char* end = WriteInteger(value, text);
  AppendScaled({text, static_cast<size_t>(end - text)}, scale, out);
}

void AppendDecimal(const arrow::Decimal128& value, int32_t scale, std::string* out) {
  AppendScaled(value.ToIntegerString(), scale, out);
}

void AppendReal(double value, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteReal(value, text); });
}
void AppendReal(float value, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteReal(value, text); });
}

void AppendDate(int64_t days, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteDate(days, text); });
}

void AppendTime(int64_t ticks, int digits, std::string* out) {
  AppendShort(out, [&](char* text) { return WriteTime(ticks, digits, text); });
}

void AppendTimestamp(int64_t ticks, int digits, char separator, bool zoned,
                     std::string* out) {
  AppendShort(out, [&](char* text) {
    return WriteTimestamp(ticks, digits, separator, zoned, text);
  });
}

void TrimFraction(std::string* text) {
  if (text->find('.') == std::string::npos) return;
  while (text->back() == '0') text->pop_back();
  if (text->back() == '.') text->pop_back();
}

std::string_view FirstLetters(std::string_view text, size_t count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
      ++at;
    }
  }
  return text.substr(0, at);
}

arrow::Result<int64_t> ParseDayOf(std::string_view text) {
  const size_t size = text.size();
  if (size < 10 || text[size - 3] != '-' || text[size - 6] != '-') {
    return arrow::Status::Invalid("not a date: ", text);
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t year, ParseDigits(text.substr(0, size - 6)));
  ARROW_ASSIGN_OR_RAISE(const int64_t month, ParseDigits(text.substr(size - 5, 2)));
  ARROW_ASSIGN_OR_RAISE(const int64_t day, ParseDigits(text.substr(size - 2)));
  return DaysFromCivil(static_cast<int32_t>(year), static_cast<int32_t>(month),
                       static_cast<int32_t>(day));
}

arrow::Result<int64_t> ParseTimestamp(std::string_view text, int digits) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  const size_t time_size = digits == 0 ? 8 : 9 + static_cast<size_t>(digits);
  if (text.size() < time_size + 11) return arrow::Status::Invalid("not a time: ", text);
  const std::string_view time = text.substr(text.size() - time_size);
  ARROW_ASSIGN_OR_RAISE(const int64_t days,
                        ParseDayOf(text.substr(0, text.size() - time_size - 1)));
  ARROW_ASSIGN_OR_RAISE(const int64_t hour, ParseDigits(time.substr(0, 2)));
  ARROW_ASSIGN_OR_RAISE(const int64_t minute, ParseDigits(time.substr(3, 2)));
  ARROW_ASSIGN_OR_RAISE(const int64_t second, ParseDigits(time.substr(6, 2)));
  int64_t ticks = days * kSecondsPerDay + hour * 3'600 + minute * 60 + second;
  ticks *= kPowersOfTen[digits];
  if (digits == 0) return ticks;
  ARROW_ASSIGN_OR_RAISE(const int64_t fraction, ParseDigits(time.substr(9)));
  return ticks + fraction;
}

}  // namespace lakeseed
