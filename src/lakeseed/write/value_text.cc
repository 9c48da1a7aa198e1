#include "lakeseed/write/value_text.h"

#include <charconv>
#include <string_view>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kPowersOfTen[] = {1,           10,           100,       1'000,
                                    10'000,      100'000,      1'000'000, 10'000'000,
                                    100'000'000, 1'000'000'000};

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - ((a % b != 0) && (a < 0)); }

/// Exactly `width` digits with leading zeros. REQUIRES: 0 <= value < 10^width.
void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[20];
  for (int i = width; i-- > 0;) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out->append(digits, static_cast<size_t>(width));
}

template <typename T>
void AppendShortest(T value, std::string* out) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  const std::string_view written(text, static_cast<size_t>(end - text));
  out->append(written);
  if (written.find_first_of(".en") == std::string_view::npos) out->append(".0");
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

void AppendInteger(int64_t value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

void AppendUnsigned(uint64_t value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

void AppendDecimal(int64_t value, int32_t scale, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  AppendScaled({text, static_cast<size_t>(end - text)}, scale, out);
}

void AppendDecimal(const arrow::Decimal128& value, int32_t scale, std::string* out) {
  AppendScaled(value.ToIntegerString(), scale, out);
}

void AppendReal(double value, std::string* out) { AppendShortest(value, out); }
void AppendReal(float value, std::string* out) { AppendShortest(value, out); }

void AppendDate(int64_t days, std::string* out) {
  const CivilDate date = CivilFromDays(static_cast<int32_t>(days));
  if (date.year < 0) out->push_back('-');
  const int32_t magnitude = date.year < 0 ? -date.year : date.year;
  if (magnitude > 9'999) {
    AppendInteger(magnitude, out);
  } else {
    AppendPadded(magnitude, 4, out);
  }
  out->push_back('-');
  AppendPadded(date.month, 2, out);
  out->push_back('-');
  AppendPadded(date.day, 2, out);
}

void AppendTime(int64_t ticks, int digits, std::string* out) {
  const int64_t seconds = ticks / kPowersOfTen[digits];
  AppendPadded(seconds / 3'600, 2, out);
  out->push_back(':');
  AppendPadded(seconds / 60 % 60, 2, out);
  out->push_back(':');
  AppendPadded(seconds % 60, 2, out);
  if (digits == 0) return;
  out->push_back('.');
  AppendPadded(ticks % kPowersOfTen[digits], digits, out);
}

void AppendTimestamp(int64_t ticks, int digits, char separator, bool zoned,
                     std::string* out) {
  const int64_t per_day = kSecondsPerDay * kPowersOfTen[digits];
  const int64_t days = FloorDivide(ticks, per_day);
  AppendDate(days, out);
  out->push_back(separator);
  AppendTime(ticks - days * per_day, digits, out);
  if (zoned) out->push_back('Z');
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
