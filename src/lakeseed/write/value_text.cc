#include "lakeseed/write/value_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "lakeseed/base/date.h"
#include "lakeseed/base/floor_divide.h"

namespace lakeseed {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
using internal::kPowersOfTen;
using internal::MagnitudeOf;
using internal::WritePadded;
using internal::WriteTwo;

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

template <typename WriteDay>
char* WriteWithDay(int64_t ticks, int digits, char separator, bool zoned,
                   const WriteDay& write_day, char* out) {
  const int64_t per_day = kSecondsPerDay * kPowersOfTen[digits];
  const int64_t days = WithTicks(digits, [&](auto ticks_per_second) {
    return FloorDivide(ticks, kSecondsPerDay * ticks_per_second());
  });
  out = write_day(days, out);
  *out++ = separator;
  out = WriteTime(ticks - days * per_day, digits, out);
  if (zoned) *out++ = 'Z';
  return out;
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
  return WriteWithDay(ticks, digits, separator, zoned, WriteDate, out);
}

char* WriteTimestamp(int64_t ticks, int digits, char separator, bool zoned,
                     DayTexts* days, char* out) {
  const auto write_day = [days](int64_t day, char* text) {
    return days->Write(day, text);
  };
  return WriteWithDay(ticks, digits, separator, zoned, write_day, out);
}

char* DayTexts::Write(int64_t day, char* out) {
  Known& known = known_[static_cast<uint64_t>(day) % kDays];
  if (known.day != day) {
    char text[kShortTextBytes];
    const char* const end = WriteDate(day, text);
    if (end - text != kBytes) return std::copy<const char*>(text, end, out);
    known.day = day;
    std::memcpy(known.text, text, sizeof(known.text));
  }
  std::memcpy(out, known.text, sizeof(known.text));
  return out + kBytes;
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
