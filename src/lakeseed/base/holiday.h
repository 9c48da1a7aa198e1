// Holidays and shopping periods of a year, computed from rules.
//
// All days are the holiday itself, not the day it is observed on. Periods:
//   back_to_school        July 20 to September 5
//   christmas_week        December 19 to 25
//   cyber_week            Monday to Sunday from Cyber Monday
//   summer_sale           the first two full weeks (Monday to Sunday) of July
//   thanksgiving_weekend  Saturday and Sunday after Thanksgiving
//
// Thread safety: pure functions and constant tables.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lakeseed {

/// First and last day, both included.
struct HolidaySpan {
  int32_t first = 0;
  int32_t last = 0;
};

struct HolidayDef {
  std::string_view name;   ///< As in a spec: black_friday.
  std::string_view title;  ///< For people: Black Friday.
  bool federal;            ///< A holiday of the federal government of the US.
  HolidaySpan (*span)(int32_t year);
};

/// All of them, sorted by name.
std::span<const HolidayDef> AllHolidays();
std::span<const std::string_view> AllHolidayNames();

/// Days of a holiday or period in one year, ascending.
/// \retval Invalid  unknown name; the hint has the nearest one
arrow::Result<std::vector<int32_t>> HolidayDays(std::string_view name, int32_t year);

/// The federal holiday of a day, or null.
const HolidayDef* FederalHolidayOn(int32_t day);

/// Easter Sunday of the Gregorian calendar.
int32_t EasterSunday(int32_t year);

}  // namespace lakeseed
