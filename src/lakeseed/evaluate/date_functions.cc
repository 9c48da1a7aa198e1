// Functions of dates and times. Days are UTC days unless a zone is named.

#include <algorithm>

#include "lakeseed/base/business_day.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"
#include "lakeseed/base/time_zone.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/day_answers.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

constexpr int64_t kFarDay = 365'000'000;  // About a million years.
constexpr char kFarDate[] = "date is more than a million years away";

ValueType WithLimit(ValueKind kind, int64_t limit) {
  return {.kind = kind, .limit = limit};
}

// Floor division, also before 1970.
int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Timestamps as dates; with a zone, its dates.
NodePtr ToDate(Binder& binder, NodePtr node) {
  if (!node->type().is(ValueKind::kTimestamp)) return node;
  return binder.Function(
      node->place(), TypeOf(ValueKind::kDate), "date", {node}, [](const KernelCall& c) {
        return Map1<int64_t, int64_t>(
            c, [](int64_t t) { return FloorDiv(t, kMicrosecondsPerDay); });
      });
}

// The zone argument of date(t, zone) and hour(t, zone); UTC without one.
std::optional<TimeZone> ZoneOf(Binder& binder, const std::vector<NodePtr>& args) {
  if (args.size() < 2) return TimeZone();
  auto zone = TimeZone::Load(ConstantText(*args[1]).value_or(""));
  if (zone.ok()) return *zone;
  for (const Diagnostic& one : DiagnosticsOf(zone.status())) {
    binder.Fail(args[1]->place(), one.reason, one.value, one.hint);
  }
  return std::nullopt;
}

// out = f(local microseconds)
template <class F>
NodePtr BindLocal(Binder& binder, const Expr& call, std::vector<NodePtr> args,
                  ValueType type, F f) {
  const auto zone = ZoneOf(binder, args);
  if (!zone) return nullptr;
  return binder.Function(
      call.place, type, call.text, {args[0]}, [zone, f](const KernelCall& c) {
        TimeZone::Stretch stretch;  // Of the last row: mostly the next one's too.
        return Map1<int64_t, int64_t>(c, [&](int64_t t) {
          if (!stretch.Has(t)) stretch = zone->StretchAt(t);
          return f(t + stretch.offset);
        });
      });
}

NodePtr BindDate(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  if (args.size() == 1) return ToDate(binder, args[0]);
  if (args[0]->type().is(ValueKind::kDate)) {
    return binder.Fail(call.place, "a date has no zone", std::nullopt,
                       "date(time, zone) takes a timestamp");
  }
  return BindLocal(binder, call, args, TypeOf(ValueKind::kDate),
                   [](int64_t t) { return FloorDiv(t, kMicrosecondsPerDay); });
}

NodePtr BindTimeKey(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindLocal(
      binder, call, args, WithLimit(ValueKind::kInteger, 2359), [](int64_t t) {
        const int64_t minutes = FloorDiv(t, 60'000'000);
        const int64_t of_day = minutes - 24 * 60 * FloorDiv(minutes, 24 * 60);
        return of_day / 60 * 100 + of_day % 60;
      });
}

NodePtr BindHour(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindLocal(binder, call, args, WithLimit(ValueKind::kInteger, 23), [](int64_t t) {
    return FloorDiv(t, kMicrosecondsPerHour) - 24 * FloorDiv(t, kMicrosecondsPerDay);
  });
}

NodePtr BindMinute(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindLocal(binder, call, args, WithLimit(ValueKind::kInteger, 59), [](int64_t t) {
    return FloorDiv(t, 60'000'000) - 60 * FloorDiv(t, kMicrosecondsPerHour);
  });
}

// A whole number from a day.
template <class F>
NodePtr BindDay(Binder& binder, const Expr& call, std::vector<NodePtr> args,
                ValueType type, F f) {
  NodePtr day = ToDate(binder, args[0]);
  if (day == nullptr) return nullptr;
  return binder.Function(call.place, type, call.text, {day}, [f](const KernelCall& c) {
    ByDay<F> by_day(f);
    return CheckedMap1<int64_t, int64_t>(c, kFarDate, [&](int64_t x, int64_t* r) {
      const bool bad = x > kFarDay || x < -kFarDay;
      *r = by_day(static_cast<int32_t>(bad ? 0 : x));
      return bad;
    });
  });
}

template <int64_t (*kPart)(int32_t), int64_t kLimit>
NodePtr BindDayPart(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindDay(binder, call, std::move(args), WithLimit(ValueKind::kInteger, kLimit),
                 kPart);
}

int64_t YearOf(int32_t day) { return CivilFromDays(day).year; }
int64_t MonthOf(int32_t day) { return CivilFromDays(day).month; }
int64_t DayOf(int32_t day) { return CivilFromDays(day).day; }
int64_t QuarterOf(int32_t day) { return Quarter(day); }
int64_t WeekdayOf(int32_t day) { return Weekday(day) + 1; }
int64_t IsoWeekNumber(int32_t day) { return IsoWeekOf(day).week; }
int64_t IsoYearNumber(int32_t day) { return IsoWeekOf(day).year; }
int64_t DayOfYearOf(int32_t day) { return DayOfYear(day); }
int64_t DateKeyOf(int32_t day) {
  const CivilDate date = CivilFromDays(day);
  return (int64_t{date.year} * 100 + date.month) * 100 + date.day;
}

NodePtr BindLastDay(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindDay(binder, call, std::move(args), TypeOf(ValueKind::kDate),
                 [](int32_t day) {
                   const CivilDate date = CivilFromDays(day);
                   return int64_t{day} - date.day + DaysInMonth(date.year, date.month);
                 });
}

NodePtr BindFirstDay(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindDay(binder, call, std::move(args), TypeOf(ValueKind::kDate),
                 [](int32_t day) { return int64_t{day} - CivilFromDays(day).day + 1; });
}

constexpr std::string_view kDayNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
constexpr std::string_view kMonthNames[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string_view DayNameOf(int32_t day) { return kDayNames[Weekday(day)]; }
std::string_view MonthNameOf(int32_t day) {
  return kMonthNames[CivilFromDays(day).month - 1];
}

bool IsFar(int64_t day) { return day > kFarDay || day < -kFarDay; }

template <std::string_view (*kName)(int32_t)>
NodePtr BindName(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr day = ToDate(binder, args[0]);
  if (day == nullptr) return nullptr;
  return binder.Function(call.place, TypeOf(ValueKind::kText), call.text, {day},
                         [](const KernelCall& c) {
                           return CheckedMap1<int64_t, std::string_view>(
                               c, kFarDate, [](int64_t x, std::string_view* name) {
                                 *name = kName(static_cast<int32_t>(IsFar(x) ? 0 : x));
                                 return IsFar(x);
                               });
                         });
}

NodePtr BindIsHoliday(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr day = ToDate(binder, args[0]);
  if (day == nullptr) return nullptr;
  return binder.Function(
      call.place, TypeOf(ValueKind::kBoolean), call.text, {day}, [](const KernelCall& c) {
        return TruthMap1<int64_t>(c, [](int64_t x) {
          return !IsFar(x) && FederalHolidayOn(static_cast<int32_t>(x)) != nullptr;
        });
      });
}

// The title of the day's holiday; empty on other days.
std::string_view HolidayTitleOf(int32_t day) {
  const HolidayDef* holiday = FederalHolidayOn(day);
  return holiday == nullptr ? std::string_view() : holiday->title;
}

NodePtr BindHolidayName(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr title = BindName<HolidayTitleOf>(binder, call, std::move(args));
  if (title == nullptr) return nullptr;
  return FindFunction("nullif")->bind(binder, call,
                                      {title, TextConstant(call.place, "")});
}

NodePtr BindIsBusinessDay(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr day = ToDate(binder, args[0]);
  if (day == nullptr) return nullptr;
  return binder.Function(call.place, TypeOf(ValueKind::kBoolean), call.text, {day},
                         [](const KernelCall& c) {
                           return TruthMap1<int64_t>(c, [](int64_t x) {
                             return !IsFar(x) && IsBusinessDay(static_cast<int32_t>(x));
                           });
                         });
}

NodePtr BindTimestamp(Binder& binder, const Expr&, std::vector<NodePtr> args) {
  return ConvertTo(binder, args[0], TypeOf(ValueKind::kTimestamp));
}

// Days of two dates, both within a million years.
template <class F>
NodePtr BindTwoDays(Binder& binder, const Expr& call, NodePtr a, NodePtr b,
                    ValueType type, F f) {
  a = ToDate(binder, a);
  b = ToDate(binder, b);
  if (a == nullptr || b == nullptr) return nullptr;
  return binder.Function(call.place, type, call.text, {a, b}, [f](const KernelCall& c) {
    F of_rows = f;
    return CheckedMap2<int64_t, int64_t, int64_t>(
        c, kFarDate, [&](int64_t x, int64_t y, int64_t* r) {
          const bool bad = x > kFarDay || x < -kFarDay || y > kFarDay || y < -kFarDay;
          *r = bad ? 0 : of_rows(static_cast<int32_t>(x), static_cast<int32_t>(y));
          return bad;
        });
  });
}

NodePtr BindDateDiff(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindTwoDays(binder, call, args[0], args[1],
                     WithLimit(ValueKind::kInteger, INT32_MAX),
                     [](int32_t a, int32_t b) { return int64_t{b} - a; });
}

NodePtr BindAge(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindTwoDays(binder, call, args[0], args[1],
                     WithLimit(ValueKind::kInteger, INT32_MAX), [](int32_t a, int32_t b) {
                       const CivilDate birth = CivilFromDays(a), on = CivilFromDays(b);
                       const bool before =
                           on.month < birth.month ||
                           (on.month == birth.month && on.day < birth.day);
                       return int64_t{on.year} - birth.year - (before ? 1 : 0);
                     });
}

NodePtr BindAddMonths(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr months = Narrow(binder, args[1]);
  if (months == nullptr) return nullptr;
  return BindTwoDays(binder, call, args[0], months, TypeOf(ValueKind::kDate),
                     [](int32_t day, int32_t n) -> int64_t {
                       const CivilDate date = CivilFromDays(day);
                       const int64_t month = 12 * int64_t{date.year} + date.month - 1 + n;
                       const auto year = static_cast<int32_t>(FloorDiv(month, 12));
                       if (year > 1'000'000 || year < -1'000'000) return kFarDay;
                       const auto of_year =
                           static_cast<int32_t>(month - 12 * int64_t{year}) + 1;
                       return DaysFromCivil(
                           year, of_year, std::min(date.day, DaysInMonth(year, of_year)));
                     });
}

NodePtr BindAddBusinessDays(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  constexpr int32_t kMost = 10'000;
  NodePtr days = Narrow(binder, args[1]);
  if (days == nullptr) return nullptr;
  return BindTwoDays(binder, call, args[0], days, TypeOf(ValueKind::kDate),
                     [after = BusinessDaysAfter()](int32_t day, int32_t n) mutable {
                       return n > kMost || n < -kMost ? kFarDay : after(day, n);
                     });
}

constexpr Function kFunctions[] = {
    {{"add_business_days", "add_business_days(date, n)",
      "n business days of US banks later; with 0 the next one that is one"},
     "Di",
     2,
     2,
     BindAddBusinessDays},
    {{"add_months", "add_months(date, n)",
      "n months later, at most the month's last day"},
     "Di",
     2,
     2,
     BindAddMonths},
    {{"age_years", "age_years(birth, on)", "full years from one date to another"},
     "DD",
     2,
     2,
     BindAge},
    {{"date", "date(time, zone)", "day of a time, in UTC or in a zone"},
     "DT",
     1,
     2,
     BindDate},
    {{"date_diff_days", "date_diff_days(a, b)", "days from a to b"},
     "DD",
     2,
     2,
     BindDateDiff},
    {{"date_key", "date_key(d)", "YYYYMMDD as an integer"},
     "D",
     1,
     1,
     BindDayPart<DateKeyOf, INT64_C(100'000'000'000)>},
    {{"day", "day(d)", "day of the month, 1 to 31"}, "D", 1, 1, BindDayPart<DayOf, 31>},
    {{"day_name", "day_name(d)", "Monday … Sunday"}, "D", 1, 1, BindName<DayNameOf>},
    {{"day_of_year", "day_of_year(d)", "1 to 366"},
     "D",
     1,
     1,
     BindDayPart<DayOfYearOf, 366>},
    {{"first_day", "first_day(d)", "first day of the month"}, "D", 1, 1, BindFirstDay},
    {{"holiday_name", "holiday_name(d)",
      "the day's public holiday in the US; null on other days"},
     "D",
     1,
     1,
     BindHolidayName},
    {{"hour", "hour(time, zone)", "0 to 23, in UTC or in a zone"}, "sT", 1, 2, BindHour},
    {{"is_business_day", "is_business_day(d)", "whether banks in the US are open"},
     "D",
     1,
     1,
     BindIsBusinessDay},
    {{"is_holiday", "is_holiday(d)", "whether the day is a public holiday in the US"},
     "D",
     1,
     1,
     BindIsHoliday},
    {{"iso_week", "iso_week(d)", "week of the ISO year, 1 to 53"},
     "D",
     1,
     1,
     BindDayPart<IsoWeekNumber, 53>},
    {{"iso_year", "iso_year(d)", "year that the ISO week belongs to"},
     "D",
     1,
     1,
     BindDayPart<IsoYearNumber, 1'000'000>},
    {{"last_day", "last_day(d)", "last day of the month"}, "D", 1, 1, BindLastDay},
    {{"minute", "minute(time, zone)", "0 to 59, in UTC or in a zone"},
     "sT",
     1,
     2,
     BindMinute},
    {{"month", "month(d)", "1 to 12"}, "D", 1, 1, BindDayPart<MonthOf, 12>},
    {{"month_name", "month_name(d)", "January … December"},
     "D",
     1,
     1,
     BindName<MonthNameOf>},
    {{"quarter", "quarter(d)", "1 to 4"}, "D", 1, 1, BindDayPart<QuarterOf, 4>},
    {{"time_key", "time_key(time, zone)", "HHMM as an integer, in UTC or in a zone"},
     "sT",
     1,
     2,
     BindTimeKey},
    {{"timestamp", "timestamp(date)", "00:00 UTC of a date"}, "D", 1, 1, BindTimestamp},
    {{"weekday", "weekday(d)", "1 = Monday … 7 = Sunday"},
     "D",
     1,
     1,
     BindDayPart<WeekdayOf, 7>},
    {{"year", "year(d)", "calendar year"}, "D", 1, 1, BindDayPart<YearOf, 1'000'000>},
};

}  // namespace

std::span<const Function> DateFunctions() { return kFunctions; }

}  // namespace lakeseed
