#include "lakeseed/base/date.h"

#include <fmt/format.h>

#include "lakeseed/base/floor_divide.h"
#include "lakeseed/base/march_year.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

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
  return static_cast<int32_t>(era * kDaysPerEra + in_era - kDaysToEpoch);
}

CivilDate CivilFromDays(int32_t days) {
  using March = MarchYear<uint64_t>;
  const March march = MarchYearOf<uint64_t>(days);
  const bool next_year = march.is_next_year();
  const uint32_t months = march.months();
  return {static_cast<int32_t>(static_cast<int64_t>(march.year) + March::kFirst +
                               (next_year ? 1 : 0)),
          static_cast<int32_t>(months >> 16) - (next_year ? 12 : 0),
          static_cast<int32_t>(March::DayOf(months))};
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
