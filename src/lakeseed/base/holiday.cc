#include "lakeseed/base/holiday.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

enum : int32_t { kMonday = 0, kThursday = 3, kSunday = 6 };

HolidaySpan One(int32_t day) { return {day, day}; }
HolidaySpan Fixed(int32_t year, int32_t month, int32_t day) {
  return One(DaysFromCivil(year, month, day));
}
HolidaySpan Nth(int32_t year, int32_t month, int32_t weekday, int32_t n) {
  return One(NthWeekday(year, month, weekday, n));
}
int32_t Thanksgiving(int32_t year) { return NthWeekday(year, 11, kThursday, 4); }

HolidaySpan SummerSale(int32_t year) {
  const int32_t monday = NthWeekday(year, 7, kMonday, 1);
  return {monday, monday + 13};
}

// Sorted by name. One line per holiday: name, title, federal, rule.
constexpr HolidayDef kHolidays[] = {
    {"back_to_school", "Back to School", false,
     [](int32_t y) {
       return HolidaySpan{DaysFromCivil(y, 7, 20), DaysFromCivil(y, 9, 5)};
     }},
    {"black_friday", "Black Friday", false,
     [](int32_t y) { return One(Thanksgiving(y) + 1); }},
    {"boxing_day", "Boxing Day", false, [](int32_t y) { return Fixed(y, 12, 26); }},
    {"christmas", "Christmas Day", true, [](int32_t y) { return Fixed(y, 12, 25); }},
    {"christmas_eve", "Christmas Eve", false, [](int32_t y) { return Fixed(y, 12, 24); }},
    {"christmas_week", "Christmas Week", false,
     [](int32_t y) {
       return HolidaySpan{DaysFromCivil(y, 12, 19), DaysFromCivil(y, 12, 25)};
     }},
    {"columbus_day", "Columbus Day", true,
     [](int32_t y) { return Nth(y, 10, kMonday, 2); }},
    {"cyber_monday", "Cyber Monday", false,
     [](int32_t y) { return One(Thanksgiving(y) + 4); }},
    {"cyber_week", "Cyber Week", false,
     [](int32_t y) {
       return HolidaySpan{Thanksgiving(y) + 4, Thanksgiving(y) + 10};
     }},
    {"easter", "Easter Sunday", false, [](int32_t y) { return One(EasterSunday(y)); }},
    {"easter_monday", "Easter Monday", false,
     [](int32_t y) { return One(EasterSunday(y) + 1); }},
    {"fathers_day", "Father's Day", false,
     [](int32_t y) { return Nth(y, 6, kSunday, 3); }},
    {"good_friday", "Good Friday", false,
     [](int32_t y) { return One(EasterSunday(y) - 2); }},
    {"groundhog_day", "Groundhog Day", false, [](int32_t y) { return Fixed(y, 2, 2); }},
    {"halloween", "Halloween", false, [](int32_t y) { return Fixed(y, 10, 31); }},
    {"independence_day", "Independence Day", true,
     [](int32_t y) { return Fixed(y, 7, 4); }},
    {"juneteenth", "Juneteenth", true, [](int32_t y) { return Fixed(y, 6, 19); }},
    {"labor_day", "Labor Day", true, [](int32_t y) { return Nth(y, 9, kMonday, 1); }},
    {"martin_luther_king_day", "Martin Luther King Jr. Day", true,
     [](int32_t y) { return Nth(y, 1, kMonday, 3); }},
    {"memorial_day", "Memorial Day", true,
     [](int32_t y) { return Nth(y, 5, kMonday, -1); }},
    {"mothers_day", "Mother's Day", false,
     [](int32_t y) { return Nth(y, 5, kSunday, 2); }},
    {"new_year", "New Year's Day", true, [](int32_t y) { return Fixed(y, 1, 1); }},
    {"new_years_eve", "New Year's Eve", false,
     [](int32_t y) { return Fixed(y, 12, 31); }},
    {"presidents_day", "Presidents' Day", true,
     [](int32_t y) { return Nth(y, 2, kMonday, 3); }},
    {"st_patricks_day", "St. Patrick's Day", false,
     [](int32_t y) { return Fixed(y, 3, 17); }},
    {"summer_sale", "Summer Sale", false, &SummerSale},
    {"thanksgiving", "Thanksgiving", true,
     [](int32_t y) { return One(Thanksgiving(y)); }},
    {"thanksgiving_weekend", "Thanksgiving Weekend", false,
     [](int32_t y) {
       return HolidaySpan{Thanksgiving(y) + 2, Thanksgiving(y) + 3};
     }},
    {"valentines_day", "Valentine's Day", false,
     [](int32_t y) { return Fixed(y, 2, 14); }},
    {"veterans_day", "Veterans Day", true, [](int32_t y) { return Fixed(y, 11, 11); }},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kHolidays)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kHolidays[i].name;
  return names;
}();
static_assert(std::is_sorted(kNames.begin(), kNames.end()));

}  // namespace

std::span<const HolidayDef> AllHolidays() { return kHolidays; }

std::span<const std::string_view> AllHolidayNames() { return kNames; }

arrow::Result<std::vector<int32_t>> HolidayDays(std::string_view name, int32_t year) {
  const auto found = std::lower_bound(kNames.begin(), kNames.end(), name);
  if (found == kNames.end() || *found != name) {
    std::string hint = DidYouMean(name, kNames);
    if (hint.empty()) hint = fmt::format("one of {}", fmt::join(kNames, ", "));
    return RequestError(fmt::format("unknown holiday: {}", name), std::move(hint));
  }
  const HolidaySpan span = kHolidays[found - kNames.begin()].span(year);
  std::vector<int32_t> days;
  for (int32_t day = span.first; day <= span.last; ++day) days.push_back(day);
  return days;
}

const HolidayDef* FederalHolidayOn(int32_t day) {
  // Rows ask about days of one year for a long time: its holidays are kept.
  struct Year {
    int32_t first = 0, end = 0;  ///< Its days; none yet.
    std::array<const HolidayDef*, 366> on{};
  };
  thread_local Year kept;
  if (day < kept.first || day >= kept.end) {
    const int32_t year = CivilFromDays(day).year;
    kept = {.first = DaysFromCivil(year, 1, 1), .end = DaysFromCivil(year + 1, 1, 1)};
    for (const HolidayDef& holiday : kHolidays) {
      if (!holiday.federal) continue;
      const auto at = static_cast<size_t>(holiday.span(year).first - kept.first);
      if (kept.on[at] == nullptr) kept.on[at] = &holiday;
    }
  }
  return kept.on[static_cast<size_t>(day - kept.first)];
}

// The rule of the Gregorian reform in integers, after Meeus and Butcher: the
// paschal full moon, then the Sunday after it.
int32_t EasterSunday(int32_t year) {
  const int32_t golden = year % 19, century = year / 100, rest = year % 100;
  const int32_t sun = century - century / 4;
  const int32_t moon = (8 * century + 13) / 25;
  const int32_t epact = (19 * golden + sun - moon + 15) % 30;
  const int32_t weekday =
      (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
  const int32_t late = (golden + 11 * epact + 22 * weekday) / 451;
  return DaysFromCivil(year, 3, 22) + epact + weekday - 7 * late;
}

}  // namespace lakeseed
