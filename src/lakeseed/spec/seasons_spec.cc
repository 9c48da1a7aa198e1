#include "lakeseed/spec/seasons_spec.h"

#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"

namespace lakeseed {
namespace {

constexpr size_t kSaturday = 5, kSunday = 6, kDaysOfWeek = 7;

}  // namespace

std::vector<double> WeekdayFactors(const SeasonsSpec& seasons) {
  std::vector<double> factors = seasons.weekday;
  if (seasons.weekend == 1) return factors;
  if (factors.empty()) factors.assign(kDaysOfWeek, 1);
  factors[kSaturday] *= seasons.weekend;
  factors[kSunday] *= seasons.weekend;
  return factors;
}

arrow::Result<std::map<int32_t, double>> HolidayFactors(const SeasonsSpec& seasons,
                                                        int32_t from, int32_t to) {
  std::map<int32_t, double> factors;
  const auto multiply = [&](int32_t day, double factor) {
    factors.try_emplace(day, 1.0).first->second *= factor;
  };
  const int32_t first_year = CivilFromDays(from).year, last_year = CivilFromDays(to).year;
  const auto multiply_all = [&](std::string_view name, double factor) -> arrow::Status {
    for (int32_t year = first_year; year <= last_year; ++year) {
      ARROW_ASSIGN_OR_RAISE(const std::vector<int32_t> days, HolidayDays(name, year));
      for (const int32_t day : days) multiply(day, factor);
    }
    return arrow::Status::OK();
  };
  for (const auto& [name, factor] : seasons.holidays) {
    if (const auto date = ParseDate(name); date.ok()) {
      multiply(*date, factor);
    } else {
      ARROW_RETURN_NOT_OK(multiply_all(name, factor));
    }
  }
  for (const HolidayDef& one : AllHolidays()) {
    const std::string name(one.name);
    if (seasons.holiday == 1 || !one.federal || seasons.holidays.contains(name)) continue;
    ARROW_RETURN_NOT_OK(multiply_all(name, seasons.holiday));
  }
  return factors;
}

}  // namespace lakeseed
