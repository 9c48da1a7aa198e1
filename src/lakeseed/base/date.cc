#include "lakeseed/base/date.h"

#include <fmt/format.h>

#include "lakeseed/base/floor_divide.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

constexpr int64_t kDaysPerEra = 146097;  // 400 years.
constexpr int64_t kYearsPerEra = 400;
// Days from 0000-03-01 to 1970-01-01.
constexpr int64_t kEpoch = 719468;

// Days before month m of a year that begins in March (0 = March): the lengths
// 31 30 31 30 31 repeat, 153 days in five months.
int64_t DaysBeforeMonth(int64_t month) { return (153 * month + 2) / 5; }

}  // namespace

int32_t DaysFromCivil(int32_t year, int32_t month, int32_t day) {
  const int64_t march_month = (month + 9) % 12;
  const int64_t march_year = int64_t{year} - (month <= 2 ? 1 : 0);
  const int64_t era = FloorDivide(march_year, kYearsPerEra);
  const int64_t y = march_year - era * kYearsPerEra;
  const int64_t in_era =
      365 * y + y / 4 - y / 100 + DaysBeforeMonth(march_month) + (day - 1);
  return static_cast<int32_t>(era * kDaysPerEra + in_era - kEpoch);
}

// Neri & Schneider, Euclidean affine functions and their application to calendar
// algorithms (2022): quotients by constants, one product gives a year and its day.
CivilDate CivilFromDays(int32_t days) {
  constexpr int64_t kEras = 14'704;  // Enough that every day is counted from 0.
  constexpr uint64_t kDaysOf4Years = 1461, kYearStep = 2'939'745;  // 2^32 / 1461 up.
  const auto shifted = static_cast<uint64_t>(days + kEpoch + kEras * kDaysPerEra);
  const uint64_t quarters = 4 * shifted + 3;
  const uint64_t century = quarters / kDaysPerEra;
  const uint64_t in_century = quarters % kDaysPerEra / 4;
  const uint64_t years = kYearStep * (4 * in_century + 3);
  const auto in_year =
      static_cast<uint32_t>(years) / static_cast<uint32_t>(4 * kYearStep);
  const uint32_t months = 2'141 * in_year + 197'913;  // Of a year from March, times 2^16.
  const bool next_year = in_year >= 306;              // January and February.
  const auto year = static_cast<int64_t>(100 * century + (years >> 32)) -
                    kEras * kYearsPerEra + (next_year ? 1 : 0);
  static_assert(kYearStep == (uint64_t{1} << 32) / kDaysOf4Years + 1);
  return {static_cast<int32_t>(year),
          static_cast<int32_t>(months >> 16) - (next_year ? 12 : 0),
          static_cast<int32_t>((months & 0xFFFF) / 2'141) + 1};
}

bool IsLeapYear(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t DaysInMonth(int32_t year, int32_t month) {
  static constexpr int32_t kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kLengths[month - 1] + (month == 2 && IsLeapYear(year) ? 1 : 0);
}

int32_t DaysInYear(int32_t year) { return IsLeapYear(year) ? 366 : 365; }

int32_t DayOfYear(int32_t days) {
  return days - DaysFromCivil(CivilFromDays(days).year, 1, 1) + 1;
}

int32_t Quarter(int32_t days) { return (CivilFromDays(days).month + 2) / 3; }

IsoWeek IsoWeekOf(int32_t days) {
  const int32_t thursday = days - Weekday(days) + 3;
  return {CivilFromDays(thursday).year, (DayOfYear(thursday) - 1) / 7 + 1};
}

int32_t NthWeekday(int32_t year, int32_t month, int32_t weekday, int32_t n) {
  if (n < 0) {
    const int32_t last = DaysFromCivil(year, month, DaysInMonth(year, month));
    return last - (Weekday(last) - weekday + 7) % 7;
  }
  const int32_t first = DaysFromCivil(year, month, 1);
  return first + (weekday - Weekday(first) + 7) % 7 + 7 * (n - 1);
}

arrow::Result<int32_t> ParseDate(std::string_view text) {
  const auto wrong = [&](const char* why) {
    return RequestError(fmt::format("{}: {}", why, text), "write it as YYYY-MM-DD");
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong("not a date");
  int32_t fields[3] = {0, 0, 0};
  size_t field = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++field;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return wrong("not a date");
    fields[field] = fields[field] * 10 + (text[i] - '0');
  }
  const auto [year, month, day] = fields;
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) {
    return wrong("no such day");
  }
  return DaysFromCivil(year, month, day);
}

std::string FormatDate(int32_t days) {
  const CivilDate date = CivilFromDays(days);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string FormatTimestamp(int64_t microseconds) {
  const int32_t day = DayOfTimestamp(microseconds);
  const int64_t rest = microseconds - day * kMicrosecondsPerDay;
  const int64_t second = rest / kMicrosecondsPerSecond;
  std::string text = fmt::format("{} {:02}:{:02}:{:02}", FormatDate(day), second / 3600,
                                 second / 60 % 60, second % 60);
  const int64_t fraction = rest % kMicrosecondsPerSecond;
  if (fraction != 0) text += fmt::format(".{:06}", fraction);
  return text;
}

}  // namespace lakeseed
