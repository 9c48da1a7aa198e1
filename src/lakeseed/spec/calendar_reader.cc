#include "lakeseed/spec/calendar_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/history_reader.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxSettlement = 30;
constexpr int32_t kMaxDays = 366'000;  // A thousand years.
constexpr char kHowToWrite[] =
    "write \"*\": calendar, or \"*\": {of: calendar, except: [holiday_name]}";
constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
constexpr std::pair<std::string_view, CalendarSpec::Of> kKinds[] = {
    {"days", CalendarSpec::Of::kDays},
    {"minutes", CalendarSpec::Of::kMinutes},
    {"seconds", CalendarSpec::Of::kSeconds}};

struct Column {
  std::string_view name, expression, doc;
  bool is_unique = false;
};

constexpr Column kDayColumns[] = {
    {"day_of_week", "weekday(full_date)", "1 = Monday"},
    {"day_name", "day_name(full_date)", ""},
    {"day_of_month", "day(full_date)", ""},
    {"day_of_year", "day_of_year(full_date)", ""},
    {"week_of_year", "iso_week(full_date)", "of the ISO year"},
    {"month", "month(full_date)", ""},
    {"month_name", "month_name(full_date)", ""},
    {"quarter", "quarter(full_date)", ""},
    {"year", "year(full_date)", ""},
    {"is_weekend", "weekday(full_date) in (6, 7)", ""},
    {"is_holiday", "is_holiday(full_date)", "a public holiday in the US"},
    {"holiday_name", "holiday_name(full_date)", "null on other days"}};

constexpr Column kTimeColumns[] = {
    {"am_pm", "if(hour < 12, 'AM', 'PM')", ""},
    {"hour_12", "mod(hour + 11, 12) + 1", ""},
    {"day_part",
     "case when hour < 6 then 'Night' when hour < 12 then 'Morning' when hour < 17 then "
     "'Afternoon' when hour < 21 then 'Evening' else 'Late' end",
     ""},
    {"is_business_hours", "hour between 9 and 16", "from 09:00 to 16:59"}};

class Columns {
 public:
  explicit Columns(const CalendarSpec& calendar) : calendar_(calendar) {}

  std::vector<ColumnSpec> Take() && {
    if (calendar_.of == CalendarSpec::Of::kDays) {
      Days();
    } else {
      Times();
    }
    return std::move(list_);
  }

 private:
  void Add(std::string_view name, std::string_view expression, std::string_view doc,
           bool is_unique = false) {
    ColumnSpec column{.name = std::string(name),
                      .doc = std::string(doc),
                      .unique = is_unique,
                      .place = calendar_.place};
    column.expression = *ParseExpression(expression, calendar_.place);
    list_.push_back(std::move(column));
  }

  void Days() {
    Add("date_key", "date_key(full_date)", "YYYYMMDD", true);
    Add("full_date",
        fmt::format("date '{}' + days($row)", FormatDate(calendar_.days.from)), "", true);
    for (const Column& one : kDayColumns) Add(one.name, one.expression, one.doc);
    // The fiscal year's months are the calendar's, so many months away.
    const int32_t ahead = (13 - calendar_.fiscal_start) % 12;
    const std::string fiscal =
        ahead == 0 ? "full_date" : fmt::format("add_months(full_date, {})", ahead);
    const std::string year =
        calendar_.is_named_by_start && ahead > 0
            ? fmt::format("add_months(full_date, -{})", calendar_.fiscal_start - 1)
            : fiscal;
    Add("fiscal_year", fmt::format("year({})", year),
        calendar_.is_named_by_start ? "named by the year in which it begins"
                                    : "named by the year in which it ends");
    Add("fiscal_quarter", fmt::format("quarter({})", fiscal), "");
    Add("fiscal_month", fmt::format("month({})", fiscal), "");
    Add("is_business_day", "is_business_day(full_date)", "banks are open");
    if (!calendar_.settlement) return;
    Add("previous_business_day", "add_business_days(full_date, -1)", "");
    Add("next_business_day", "add_business_days(full_date, 1)", "");
    Add("settlement_date",
        fmt::format("add_business_days(full_date, {})", *calendar_.settlement),
        fmt::format("T+{}", *calendar_.settlement));
  }

  void Times() {
    if (calendar_.of == CalendarSpec::Of::kMinutes) {
      Add("time_key", "div($row, 60) * 100 + mod($row, 60)", "HHMM", true);
      Add("full_time", "format_id('%02d:%02d:00', hour, minute)", "", true);
      Add("hour", "div(time_key, 100)", "");
      Add("minute", "mod(time_key, 100)", "");
      Add("second", "0", "");
    } else {
      Add("time_key",
          "div($row, 3600) * 10000 + mod(div($row, 60), 60) * 100 + mod($row, 60)",
          "HHMMSS", true);
      Add("full_time", "format_id('%02d:%02d:%02d', hour, minute, second)", "", true);
      Add("hour", "div(time_key, 10000)", "");
      Add("minute", "mod(div(time_key, 100), 100)", "");
      Add("second", "mod(time_key, 100)", "");
    }
    for (const Column& one : kTimeColumns) Add(one.name, one.expression, one.doc);
  }

  const CalendarSpec& calendar_;
  std::vector<ColumnSpec> list_;
};

void ReadKind(const Field& field, CalendarSpec* calendar) {
  const std::string text = ReadText(field);
  Names names;
  for (const auto& [name, of] : kKinds) {
    names.emplace_back(name);
    if (name != text) continue;
    calendar->of = of;
    return;
  }
  field.Error("must be days, minutes or seconds", DidYouMean(text, names));
}

void ReadFiscalStart(const Field& field, CalendarSpec* calendar) {
  const std::string text = ReadText(field);
  Names names;
  for (int32_t month = 1; month <= 12; ++month) {
    const std::string_view name = kMonths[month - 1];
    names.emplace_back(name);
    if (text != name && text != std::to_string(month)) continue;
    calendar->fiscal_start = month;
    return;
  }
  field.Error("must be a month, february or 2", DidYouMean(text, names));
}

void ReadDays(const Field& field, CalendarSpec* calendar) {
  if (const auto from = Child(field, "from")) {
    calendar->days.from = ReadDate(*from).value_or(calendar->days.from);
  }
  if (const auto to = Child(field, "to")) {
    calendar->days.to = ReadDate(*to).value_or(calendar->days.to);
  }
  if (calendar->days.to < calendar->days.from) {
    field.Error("`to` is before `from`");
  } else if (calendar->days.to - calendar->days.from >= kMaxDays) {
    field.Error("has at most a thousand years");
  }
}

// Names in `"*": {of: calendar, except: […]}`.
std::set<std::string> LeftOut(const ColumnSpec& star, const TableSpec& table,
                              const std::vector<ColumnSpec>& all, ErrorList* errors) {
  std::set<std::string> names;
  const Field field{star.generator->params, table.name + ".columns.*", errors};
  if (field.node.is_scalar() && field.node.text == "calendar") return names;
  const auto of = Child(field, "of");
  if (!field.node.is_mapping() || !of || of->node.text != "calendar") {
    field.Error("a calendar takes its own columns only", kHowToWrite);
    return names;
  }
  CheckKeys(field, {"of", "except"});
  Names known;
  for (const ColumnSpec& one : all) known.push_back(one.name);
  if (const auto except = Child(field, "except")) {
    for (const SpecNode& name : ReadNames(*except)) {
      names.insert(name.text);
      if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
      errors->Add(name.place, except->path, "unknown column", name.text,
                  DidYouMean(name.text, known));
    }
  }
  return names;
}

}  // namespace

int64_t CalendarSpec::rows() const {
  if (of == Of::kMinutes) return 24 * 60;
  if (of == Of::kSeconds) return 24 * 60 * 60;
  return int64_t{days.to} - days.from + 1;
}

std::shared_ptr<const CalendarSpec> ReadCalendar(const Field& field, DateRange window) {
  auto calendar = std::make_shared<CalendarSpec>();
  calendar->place = field.node.place;
  calendar->days = window;
  if (field.node.broken) return calendar;
  if (field.node.is_scalar()) {  // calendar: minutes
    ReadKind(field, calendar.get());
    return calendar;
  }
  if (!IsMapping(field)) return calendar;
  CheckKeys(field, {"of", "from", "to", "fiscal_year_starts", "fiscal_year_named_by",
                    "settlement"});
  if (const auto of = Child(field, "of")) ReadKind(*of, calendar.get());
  if (calendar->of != CalendarSpec::Of::kDays && field.node.entries.size() > 1) {
    field.Error("all other keys are for calendars of days", "write `calendar: minutes`");
    return calendar;
  }
  ReadDays(field, calendar.get());
  if (const auto start = Child(field, "fiscal_year_starts")) {
    ReadFiscalStart(*start, calendar.get());
  }
  if (const auto named = Child(field, "fiscal_year_named_by")) {
    const std::string by = ReadText(*named);
    calendar->is_named_by_start = by == "start";
    if (by != "start" && by != "end") named->Error("must be start or end");
  }
  if (const auto days = Child(field, "settlement")) {
    if (const auto count = ReadInt64(*days, 0, kMaxSettlement)) {
      calendar->settlement = static_cast<int32_t>(*count);
    }
  }
  return calendar;
}

void ExpandCalendar(bool has_columns, TableSpec* table, ErrorList* errors) {
  std::vector<ColumnSpec> all = Columns(*table->calendar).Take();
  std::set<std::string> named;
  for (const auto* list : {&table->lets, &table->columns}) {
    for (const ColumnSpec& one : *list) named.insert(one.name);
  }
  std::set<std::string> written = named;
  const auto write_all = [&](const std::set<std::string>& left_out,
                             std::vector<ColumnSpec>* to) {
    for (const ColumnSpec& one : all) {
      if (left_out.contains(one.name) || !written.insert(one.name).second) continue;
      to->push_back(one);
    }
  };
  std::vector<ColumnSpec> columns;
  if (!has_columns) write_all({}, &columns);
  for (ColumnSpec& one : table->columns) {
    if (one.name == kAllColumns) {
      write_all(LeftOut(one, *table, all, errors), &columns);
    } else {
      columns.push_back(std::move(one));
    }
  }
  write_all({}, &table->lets);
  table->columns = std::move(columns);
}

}  // namespace lakeseed
