#include "lakeseed/validate/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/date.h"
#include "lakeseed/base/utf8.h"

namespace lakeseed {
namespace {

constexpr DayState kDayStates[] = {DayState::kPresent,    DayState::kMissing,
                                   DayState::kDoubled,    DayState::kMisplaced,
                                   DayState::kMiscounted, DayState::kUnreadable};

struct TableSum {
  int64_t rows = 0, checks = 0, skipped = 0, broken = 0, violations = 0;
};

std::string Place(const Violation& one) {
  std::string text = one.file;
  if (one.row >= 0) text += fmt::format("{}row {}", text.empty() ? "" : " ", one.row);
  if (!one.column.empty())
    text += fmt::format("{}{}", text.empty() ? "" : " ", one.column);
  return text;
}

std::string Violations(int64_t count) {
  return fmt::format("{} violation{}", count, count == 1 ? "" : "s");
}

// Damaged files have any bytes: what is no text, or would begin a new line, is shown by
// its number.
std::string Printable(std::string_view found) {
  const bool is_text = IsUtf8(found);
  std::string text;
  for (const char c : found) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_shown = byte >= 0x80 ? is_text : byte >= ' ' && byte != 0x7F;
    text += is_shown ? std::string(1, c) : fmt::format("\\x{:02X}", byte);
  }
  return text;
}

std::string Example(const Violation& one) {
  const std::string place = Place(one);
  return fmt::format("{}{}expected {}, found {}", place, place.empty() ? "" : ": ",
                     Printable(one.expected), Printable(one.found));
}

std::string State(const Check& check) {
  if (!check.skipped_reason.empty()) return "skipped";
  return check.passed ? "ok" : "BROKEN";
}

// One line for each table that was made by day.
std::string DaysText(const std::vector<TableDays>& tables, size_t width) {
  if (tables.empty()) return "";
  std::string text =
      fmt::format("\n{:<{}}  {:<9}  {:<10}  {:<10}", "days", width, "kind", "from", "to");
  for (const DayState state : kDayStates) text += fmt::format("  {:>7}", ToString(state));
  text += "  rows of a day\n";
  for (const TableDays& table : tables) {
    if (table.days.empty()) continue;
    text += fmt::format("{:<{}}  {:<9}  {:<10}  {:<10}", table.table, width, table.kind,
                        FormatDate(table.days.front().day),
                        FormatDate(table.days.back().day));
    for (const DayState state : kDayStates) {
      text += fmt::format("  {:>{}}", table.CountOf(state),
                          std::max<size_t>(7, ToString(state).size()));
    }
    const auto [least, most] = std::minmax_element(
        table.days.begin(), table.days.end(),
        [](const DayRows& a, const DayRows& b) { return a.rows < b.rows; });
    text += least->rows == most->rows
                ? fmt::format("  {}\n", most->rows)
                : fmt::format("  {} to {}\n", least->rows, most->rows);
  }
  return text;
}

}  // namespace

std::string_view ToString(DayState state) {
  switch (state) {
    case DayState::kPresent:
      return "present";
    case DayState::kMissing:
      return "missing";
    case DayState::kDoubled:
      return "doubled";
    case DayState::kMisplaced:
      return "misplaced";
    case DayState::kMiscounted:
      return "miscounted";
    case DayState::kUnreadable:
      return "unreadable";
  }
  return "";
}

int64_t TableDays::CountOf(DayState state) const {
  return std::count_if(days.begin(), days.end(),
                       [state](const DayRows& one) { return one.state == state; });
}

nlohmann::ordered_json TableDays::ToJson() const {
  nlohmann::ordered_json json{{"table", table}, {"kind", kind}};
  if (!days.empty()) {
    json["from"] = FormatDate(days.front().day);
    json["to"] = FormatDate(days.back().day);
  }
  for (const DayState state : kDayStates) {
    json[std::string(ToString(state))] = CountOf(state);
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const DayRows& one : days) {
    list.push_back({{"day", FormatDate(one.day)},
                    {"rows", one.rows},
                    {"state", ToString(one.state)}});
  }
  json["days"] = std::move(list);
  return json;
}

nlohmann::ordered_json Check::ToJson() const {
  nlohmann::ordered_json json{{"table", table},
                              {"rule", rule},
                              {"kind", kind},
                              {"checked_rows", checked_rows},
                              {"violations", violations},
                              {"passed", passed}};
  if (!skipped_reason.empty()) json["skipped"] = skipped_reason;
  if (!note.empty()) json["note"] = note;
  nlohmann::ordered_json places = nlohmann::ordered_json::array();
  for (const Violation& one : examples) {
    nlohmann::ordered_json place;
    if (!one.file.empty()) place["file"] = one.file;
    if (one.row >= 0) place["row"] = one.row;
    if (!one.column.empty()) place["column"] = one.column;
    place["expected"] = one.expected;
    place["found"] = one.found;
    places.push_back(std::move(place));
  }
  json["examples"] = std::move(places);
  return json;
}

int64_t ValidationReport::violations() const {
  int64_t sum = 0;
  for (const Check& check : checks) sum += check.violations;
  return sum;
}
int64_t ValidationReport::rules_checked() const {
  return std::count_if(checks.begin(), checks.end(),
                       [](const Check& one) { return one.skipped_reason.empty(); });
}
int64_t ValidationReport::rules_broken() const {
  return std::count_if(checks.begin(), checks.end(),
                       [](const Check& one) { return one.violations > 0; });
}
int64_t ValidationReport::rules_skipped() const {
  return static_cast<int64_t>(checks.size()) - rules_checked();
}

nlohmann::ordered_json ValidationReport::ToJson() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Check& check : checks) list.push_back(check.ToJson());
  nlohmann::ordered_json json{{"passed", violations() == 0},
                              {"violations", violations()},
                              {"rules_checked", rules_checked()},
                              {"rules_broken", rules_broken()},
                              {"rules_skipped", rules_skipped()}};
  if (!days.empty()) {
    nlohmann::ordered_json tables = nlohmann::ordered_json::array();
    for (const TableDays& table : days) tables.push_back(table.ToJson());
    json["days"] = std::move(tables);
  }
  json["checks"] = std::move(list);
  return json;
}

std::string ReportText(const ValidationReport& report, const ReportTextOptions& options) {
  std::vector<std::string> order;
  std::map<std::string, TableSum> sums;
  size_t width = 5;
  for (const Check& check : report.checks) {
    if (!sums.contains(check.table)) order.push_back(check.table);
    TableSum& sum = sums[check.table];
    width = std::max(width, check.table.size());
    sum.rows = std::max(sum.rows, check.checked_rows);
    sum.skipped += !check.skipped_reason.empty();
    sum.checks += check.skipped_reason.empty();
    sum.broken += check.violations > 0;
    sum.violations += check.violations;
  }
  std::string text =
      fmt::format("{:<{}}  {:>13}  {:>6}  {:>7}  {:>6}  {:>10}\n", "table", width, "rows",
                  "rules", "skipped", "broken", "violations");
  for (const std::string& name : order) {
    const TableSum& sum = sums[name];
    text += fmt::format("{:<{}}  {:>13}  {:>6}  {:>7}  {:>6}  {:>10}\n", name, width,
                        sum.rows, sum.checks, sum.skipped, sum.broken, sum.violations);
  }
  text += DaysText(report.days, width);
  for (const Check& check : report.checks) {
    if (!options.all && check.violations == 0) continue;
    text += fmt::format("\n{:<7} {}  {}", State(check), check.table, check.rule);
    if (check.violations > 0) text += "  " + Violations(check.violations);
    if (!check.skipped_reason.empty()) text += "  (" + check.skipped_reason + ")";
    if (!check.note.empty()) text += "  (" + check.note + ")";
    int64_t shown = 0;
    for (const Violation& one : check.examples) {
      if (shown++ == options.examples) break;
      text += "\n        " + Example(one);
    }
  }
  text += fmt::format("\n{} rules checked, {} broken, {} skipped, {}\n",
                      report.rules_checked(), report.rules_broken(),
                      report.rules_skipped(), Violations(report.violations()));
  return text;
}

}  // namespace lakeseed
