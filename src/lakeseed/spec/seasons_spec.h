// SeasonsSpec: factors on the days and hours of event tables; factors multiply.
//
// Law: a day's factor is a function of the spec and the date; nothing is
//      normalised, so a rate of 8000 with Friday 1.3 is 10400 on Fridays.
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lakeseed {

struct SeasonsSpec {
  std::vector<double> weekday;             ///< 7, Monday first; empty = all 1.
  double weekend = 1;                      ///< Saturdays and Sundays, beside weekday.
  std::vector<double> month;               ///< 12; empty = all 1.
  std::map<std::string, double> holidays;  ///< Name or YYYY-MM-DD -> factor.
  double holiday = 1;         ///< Public holidays without a factor of their own name.
  std::vector<double> hours;  ///< 24; empty = all 1.
  double growth_per_day = 0;  ///< Growth of the level, day by day from the epoch.
};

/// Factors of the days of a week, Monday first, with the weekend's; empty = all 1.
std::vector<double> WeekdayFactors(const SeasonsSpec& seasons);

/// Factors of holidays and single days by days since 1970-01-01, of at least the
/// days from .. to; a day that is not there has factor 1.
/// \retval Invalid  unknown holiday; the hint has the nearest one
arrow::Result<std::map<int32_t, double>> HolidayFactors(const SeasonsSpec& seasons,
                                                        int32_t from, int32_t to);

}  // namespace lakeseed
