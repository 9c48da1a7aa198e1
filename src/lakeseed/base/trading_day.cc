#include "lakeseed/base/trading_day.h"

#include <algorithm>
#include <iterator>

#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"

namespace lakeseed {
namespace {

enum : int32_t { kMonday = 0, kThursday = 3, kSaturday = 5, kSunday = 6 };

constexpr int32_t kJuneteenthSince = 2022;

// Days on which the exchanges stayed closed out of the ordinary.
constexpr CivilDate kExtraordinary[] = {
    {2001, 9, 11}, {2001, 9, 12},  {2001, 9, 13},  {2001, 9, 14}, {2004, 6, 11},
    {2007, 1, 2},  {2012, 10, 29}, {2012, 10, 30}, {2018, 12, 5}, {2025, 1, 9}};

bool IsKeptOn(int32_t holiday, int32_t day) {
  const int32_t weekday = Weekday(holiday);
  if (weekday == kSaturday) return day == holiday - 1;
  if (weekday == kSunday) return day == holiday + 1;
  return day == holiday;
}

bool IsHoliday(int32_t day) {
  const CivilDate date = CivilFromDays(day);
  const int32_t year = date.year;
  const int32_t new_year = DaysFromCivil(year, 1, 1);
  if (Weekday(new_year) != kSaturday && IsKeptOn(new_year, day)) return true;
  const int32_t floating[] = {
      NthWeekday(year, 1, kMonday, 3),    // Martin Luther King Jr. Day
      NthWeekday(year, 2, kMonday, 3),    // Washington's Birthday
      EasterSunday(year) - 2,             // Good Friday
      NthWeekday(year, 5, kMonday, -1),   // Memorial Day
      NthWeekday(year, 9, kMonday, 1),    // Labor Day
      NthWeekday(year, 11, kThursday, 4)  // Thanksgiving
  };
  if (std::find(std::begin(floating), std::end(floating), day) != std::end(floating)) {
    return true;
  }
  if (year >= kJuneteenthSince && IsKeptOn(DaysFromCivil(year, 6, 19), day)) return true;
  if (IsKeptOn(DaysFromCivil(year, 7, 4), day)) return true;
  if (IsKeptOn(DaysFromCivil(year, 12, 25), day)) return true;
  return std::find(std::begin(kExtraordinary), std::end(kExtraordinary), date) !=
         std::end(kExtraordinary);
}

bool ClosesEarly(int32_t day) {
  const CivilDate date = CivilFromDays(day);
  if (date.month == 7 && date.day == 3) return Weekday(day) <= kThursday;
  if (date.month == 12 && date.day == 24) return Weekday(day) <= kThursday;
  return day == NthWeekday(date.year, 11, kThursday, 4) + 1;
}

}  // namespace

TradingDay TradingDayOf(int32_t day) {
  if (Weekday(day) >= kSaturday || IsHoliday(day)) return TradingDay::kClosed;
  return ClosesEarly(day) ? TradingDay::kHalf : TradingDay::kFull;
}

}  // namespace lakeseed
