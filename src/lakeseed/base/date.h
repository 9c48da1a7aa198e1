// Dates as days since 1970-01-01 in the proleptic Gregorian calendar.
//
// Own integer arithmetic: no locale, no time functions of the C library.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lakeseed {

struct CivilDate {
  int32_t year = 1970;
  int32_t month = 1;  ///< 1 to 12.
  int32_t day = 1;    ///< 1 to 31.

  bool operator==(const CivilDate&) const = default;
};

/// A week of the ISO 8601 calendar: it belongs to the year of its Thursday.
struct IsoWeek {
  int32_t year = 1970;
  int32_t week = 1;  ///< 1 to 53.

  bool operator==(const IsoWeek&) const = default;
};

/// Day number of a date. REQUIRES: a date that exists, |year| <= 1,000,000.
int32_t DaysFromCivil(int32_t year, int32_t month, int32_t day);
inline int32_t DaysFromCivil(const CivilDate& date) {
  return DaysFromCivil(date.year, date.month, date.day);
}

/// Date of a day number.
CivilDate CivilFromDays(int32_t days);

/// 0 = Monday … 6 = Sunday.
inline int32_t Weekday(int32_t days) {
  const int32_t shifted = (days + 3) % 7;  // 1970-01-01 was a Thursday.
  return shifted < 0 ? shifted + 7 : shifted;
}

bool IsLeapYear(int32_t year);
int32_t DaysInMonth(int32_t year, int32_t month);
int32_t DaysInYear(int32_t year);

/// 1 to 366.
int32_t DayOfYear(int32_t days);

/// 1 to 4.
int32_t Quarter(int32_t days);

IsoWeek IsoWeekOf(int32_t days);

/// Day number of the n-th given weekday of a month; n = -1 counts from its end.
/// REQUIRES: n is 1 to 4 or -1.
int32_t NthWeekday(int32_t year, int32_t month, int32_t weekday, int32_t n);

/// Read "YYYY-MM-DD".
/// \retval Invalid  other text, or a day that does not exist
arrow::Result<int32_t> ParseDate(std::string_view text);

/// Write "YYYY-MM-DD".
std::string FormatDate(int32_t days);

/// Write microseconds since 1970-01-01 as "YYYY-MM-DD HH:MM:SS[.ffffff]"; the
/// fraction is there when it is not zero.
std::string FormatTimestamp(int64_t microseconds);

inline constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr int64_t kMicrosecondsPerHour = 3'600'000'000;
inline constexpr int64_t kMicrosecondsPerDay = 86'400'000'000;

/// Day of an instant, rounded down also before 1970.
inline int32_t DayOfTimestamp(int64_t microseconds) {
  const int64_t day = microseconds / kMicrosecondsPerDay;
  return static_cast<int32_t>(microseconds % kMicrosecondsPerDay < 0 ? day - 1 : day);
}

}  // namespace lakeseed
