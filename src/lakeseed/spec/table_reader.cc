#include "lakeseed/spec/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/date.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/calendar_reader.h"
#include "lakeseed/spec/day_counts.h"
#include "lakeseed/spec/dirt_reader.h"
#include "lakeseed/spec/late_reader.h"
#include "lakeseed/spec/ledger_reader.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/match_reader.h"
#include "lakeseed/spec/seasons_reader.h"
#include "lakeseed/spec/series_reader.h"

namespace lakeseed {
namespace {

constexpr double kMaxNoise = 3;
constexpr int64_t kMaxAtLeast = 1'000'000;
constexpr int64_t kMaxPerStage = 1000;
constexpr int64_t kMaxFounderDays = 36'525;  // A hundred years.

// Days before the epoch: 1825, 5y, 260w, 1825d, or a date.
std::optional<int64_t> ReadFounders(const Field& field, std::optional<int32_t> epoch) {
  std::string text = field.node.text;
  if (!field.node.is_scalar() || text.empty()) {
    field.Error("must be a number of days");
    return std::nullopt;
  }
  std::optional<double> days;
  if (const auto date = ParseDate(text); date.ok()) {
    if (!epoch) return std::nullopt;  // Its absence has a report of its own.
    days = static_cast<double>(*epoch) - *date;
  } else {
    double unit = 1;
    if (text.back() == 'y') unit = kYear;
    if (text.back() == 'w') unit = 7;
    if (text.back() == 'y' || text.back() == 'w' || text.back() == 'd') text.pop_back();
    if (const auto number = ParseDoubleLiteral(text)) days = *number * unit;
  }
  if (!days) {
    field.Error("not a span of time", "write days, 5y, 260w, or a date before the epoch");
  } else if (*days < 0 || *days > static_cast<double>(kMaxFounderDays)) {
    field.Error("must be from 0 to 36525 days before the epoch");
  } else {
    return static_cast<int64_t>(*days);
  }
  return std::nullopt;
}

std::optional<Field> Require(const Field& field, std::string_view key) {
  const SpecNode* node = field.node.Find(key);
  if (node == nullptr) {
    field.errors->Add(field.node.place, field.path, "missing key", std::string(key));
    return std::nullopt;
  }
  return Child(field, key);
}

ChangesSpec ReadChanges(const Field& field) {
  ChangesSpec changes;
  changes.place = field.node.place;
  if (!IsMapping(field)) return changes;
  CheckKeys(field, {"rate", "tracks"});
  if (const auto rate = Require(field, "rate")) {
    changes.per_year = ReadRate(*rate, kYear).value_or(0);
  }
  if (const auto tracks = Require(field, "tracks")) {
    for (const SpecNode& name : ReadNames(*tracks)) changes.tracks.push_back(name.text);
    if (changes.tracks.empty()) tracks->Error("names no columns");
  }
  return changes;
}

PopulationSpec ReadPopulation(const Field& field, const TableContext& context) {
  PopulationSpec population;
  if (field.node.is_scalar()) {  // population: 500
    population.size = ReadSize(field);
    return population;
  }
  if (!IsMapping(field)) return population;
  CheckKeys(field, {"size", "total", "at_least", "growth", "churn", "founders_since",
                    "changes"});
  if (const auto total = Child(field, "total")) {
    population.total = ReadSize(*total);
    if (field.node.Find("size") != nullptr) total->Error("give size or total, not both");
  } else if (const auto size = Require(field, "size")) {
    population.size = ReadSize(*size);
  }
  if (const auto least = Child(field, "at_least")) {
    population.at_least = ReadInt64(*least, 0, kMaxAtLeast).value_or(0);
  }
  if (const auto growth = Child(field, "growth")) {
    population.growth_per_day = ReadRate(*growth, kDay).value_or(0);
  }
  if (const auto churn = Child(field, "churn")) {
    population.churn_per_day = ReadRate(*churn, kDay).value_or(0);
    if (population.churn_per_day >= 1) churn->Error("must be less than 1 per day");
  }
  if (const auto founders = Child(field, "founders_since")) {
    if (const auto days = ReadFounders(*founders, context.epoch)) {
      population.founders_since_days = *days;
    }
  }
  if (const auto changes = Child(field, "changes")) {
    population.changes = ReadChanges(*changes);
  }
  return population;
}

void ReadPerDay(const Field& field, EventsSpec* events) {
  if (field.node.is_scalar() && field.node.text == "main") {
    events->is_main = true;
  } else {
    events->per_day = field.node.is_mapping() ? ReadDayCounts(field) : ReadSize(field);
  }
}

EventsSpec ReadEvents(const Field& field, const TableContext& context) {
  EventsSpec events;
  events.seasons = context.seasons;
  if (field.node.is_scalar()) {  // events: main
    ReadPerDay(field, &events);
    return events;
  }
  if (!IsMapping(field)) return events;
  CheckKeys(field, {"per_day", "total", "noise", "zone", "seasons"});
  if (const auto total = Child(field, "total")) {
    events.total = ReadSize(*total);
    if (field.node.Find("per_day") != nullptr) {
      total->Error("give per_day or total, not both");
    }
  } else if (const auto per_day = Require(field, "per_day")) {
    ReadPerDay(*per_day, &events);
  }
  if (const auto noise = Child(field, "noise")) {
    events.noise = ReadDouble(*noise, 0, kMaxNoise).value_or(0);
  }
  if (const auto zone = Child(field, "zone")) events.zone = ReadText(*zone);
  if (const auto seasons = Child(field, "seasons")) {
    events.seasons = ReadSeasons(*seasons, context.seasons);
  }
  return events;
}

ChildrenSpec ReadChildren(const Field& field) {
  ChildrenSpec children;
  if (!IsMapping(field)) return children;
  CheckKeys(field, {"parent", "count", "rows", "per_stage"});
  if (const auto parent = Require(field, "parent")) children.parent = ReadText(*parent);
  if (const auto count = Require(field, "count")) {
    if (auto law = ReadGenerator(*count)) children.count = std::move(*law);
  }
  if (const auto rows = Child(field, "rows")) children.rows = ReadSize(*rows);
  if (const auto more = Child(field, "per_stage")) {
    children.per_stage = ReadInt64(*more, 0, kMaxPerStage).value_or(0);
  }
  return children;
}

ExprPtr MakeInteger(int64_t value, const Place& place) {
  auto number = std::make_shared<Expr>();
  number->kind = Expr::Kind::kInteger;
  number->text = std::to_string(value);
  number->place = place;
  return number;
}

// One row for each row of a table.
ChildrenSpec ReadFacts(const Field& field) {
  ChildrenSpec facts{.parent = ReadText(field), .is_fact = true};
  SpecNode one = field.node;
  one.kind = SpecNode::Kind::kScalar;
  one.text = "1";
  facts.count = {"const", std::move(one), field.node.place};
  return facts;
}

StaticRowsSpec CalendarRows(const CalendarSpec& calendar) {
  return {.count = MakeInteger(calendar.rows(), calendar.place), .is_fixed = true};
}

// A size, or {fixed: size}.
StaticRowsSpec ReadRows(const Field& field) {
  if (!field.node.is_mapping()) return {.count = ReadSize(field)};
  CheckKeys(field, {"fixed"});
  const auto fixed = Require(field, "fixed");
  return {.count = fixed ? ReadSize(*fixed) : nullptr, .is_fixed = true};
}

void ReadKind(const Field& field, const TableContext& context, TableSpec* table) {
  static const Names kKinds = {"rows",   "population", "events",   "per",   "history_of",
                               "series", "rows_of",    "calendar", "ledger"};
  std::vector<const SpecNode*> kinds;
  for (const auto& [key, value] : field.node.entries) {
    if (std::count(kKinds.begin(), kKinds.end(), key.text) > 0) kinds.push_back(&key);
  }
  constexpr char kReason[] =
      "table needs exactly one of `rows`, `population`, `events`, `per`, `history_of`, "
      "`series`, `rows_of`, `calendar`, `ledger`";
  if (kinds.empty()) {
    field.errors->Add(table->place, field.path, kReason, std::nullopt,
                      "`rows: 50` made once, `population:` with births and deaths, "
                      "`events:` so many a day, `per:` children of a parent, "
                      "`history_of:` versions of a population, "
                      "`series:` steps of time of each member, `rows_of:` facts, one for "
                      "each row of a table, `calendar:` days or minutes, "
                      "`ledger:` postings of accounts with balances");
    return;
  }
  if (kinds.size() > 1) {
    field.errors->Add(kinds[1]->place, field.path, kReason,
                      fmt::format("{} and {}", kinds[0]->text, kinds[1]->text));
  }
  if (const auto rows = Child(field, "rows")) table->rows = ReadRows(*rows);
  if (const auto child = Child(field, "population")) {
    table->population = ReadPopulation(*child, context);
  }
  if (const auto child = Child(field, "events")) {
    table->events = ReadEvents(*child, context);
  }
  if (const auto child = Child(field, "per")) table->children = ReadChildren(*child);
  if (const auto child = Child(field, "history_of")) {
    table->history = HistorySpec{ReadText(*child), child->node.place};
  }
  if (const auto child = Child(field, "series")) table->series = ReadSeries(*child);
  if (const auto child = Child(field, "ledger")) {
    table->ledger = ReadLedger(*child, context.seasons);
  }
  if (const auto child = Child(field, "rows_of")) table->children = ReadFacts(*child);
  if (const auto child = Child(field, "calendar")) {
    table->calendar = ReadCalendar(*child, context.window);
    table->rows = CalendarRows(*table->calendar);
  }
}

constexpr std::pair<std::string_view, Frequency> kFrequencies[] = {
    {"daily", Frequency::kDaily},
    {"weekly", Frequency::kWeekly},
    {"monthly", Frequency::kMonthly},
    {"quarterly", Frequency::kQuarterly},
    {"once", Frequency::kOnce}};

void ReadSnapshot(const Field& field, TableSpec* table) {
  const std::string text = ReadText(field);
  if (text.empty()) return;
  if (table->has_own_days()) {
    return field.Error("is for tables that are copied whole",
                       "such tables have the rows of each day in files of their own");
  }
  Names names;
  for (const auto& [name, frequency] : kFrequencies) {
    if (name == text) table->snapshot = frequency;
    names.emplace_back(name);
  }
  if (!table->snapshot) {
    field.Error("must be one of daily, weekly, monthly, quarterly, once",
                DidYouMean(text, names));
  }
}

void CheckTableKeys(const Field& field) {
  static const Names kKeys = {"doc",      "rows",       "population",  "events",
                              "per",      "history_of", "series",      "rows_of",
                              "calendar", "snapshot",   "let",         "include",
                              "columns",  "rules",      "late",        "match",
                              "ledger",   "dirt",       "partition_by"};
  CheckKeys(field, kKeys);
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Lets and columns share one space of names; readers of files ignore case.
void CheckNames(const TableSpec& table, const Field& field) {
  std::map<std::string, const ColumnSpec*> seen;
  for (const auto* list : {&table.lets, &table.columns}) {
    for (const ColumnSpec& column : *list) {
      const auto [first, added] = seen.emplace(Lower(column.name), &column);
      if (added) continue;
      const bool same = first->second->name == column.name;
      field.errors->Add(
          column.place, field.path,
          same ? "duplicate name" : "names differ only in upper and lower case",
          column.name,
          fmt::format("`{}` stands first at {}", first->second->name,
                      first->second->place.ToString()));
    }
  }
}

// Names that rules and `tracks` refer to.
void CheckReferences(const TableSpec& table, const Field& field) {
  const SpecNode* node = field.node.Find("columns");
  if (node == nullptr || node->broken) return;  // Reported; any name may be there.
  Names columns, all;
  for (const ColumnSpec& column : table.columns) columns.push_back(column.name);
  all = columns;
  for (const ColumnSpec& let : table.lets) all.push_back(let.name);
  const auto check = [&](const std::string& name, const Names& names, const Place& place,
                         const std::string& path) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    field.errors->Add(place, path, "unknown column", name, DidYouMean(name, names));
  };
  for (const RuleSpec& rule : table.rules) {
    const std::string path = fmt::format("{}.rules.{}", field.path, rule.name);
    for (const std::string& name : rule.unique) check(name, columns, rule.place, path);
    if (rule.total != nullptr) check(rule.total->column, columns, rule.place, path);
    if (rule.running == nullptr) continue;
    for (const std::string& name : {rule.running->column, rule.running->per}) {
      check(name, columns, rule.place, path);
    }
  }
  if (table.population && table.population->changes) {
    const ChangesSpec& changes = *table.population->changes;
    for (const std::string& name : changes.tracks) {
      const std::string path = field.path + ".population.changes.tracks";
      check(name, all, changes.place, path);
      const ColumnSpec* tracked = nullptr;
      for (const auto* list : {&table.lets, &table.columns}) {
        for (const ColumnSpec& column : *list) {
          if (tracked == nullptr && column.name == name) tracked = &column;
        }
      }
      if (tracked == nullptr) continue;
      if (tracked->expression == nullptr && !tracked->is_nested()) continue;
      field.errors->Add(changes.place, path,
                        "is computed, so it changes only with what it reads", name,
                        "track the let or column that is drawn");
    }
  }
}

}  // namespace

TableSpec ReadTable(const SpecNode& key, const Field& field,
                    const TableContext& context) {
  TableSpec table;
  table.name = key.text;
  table.place = key.place;
  CheckName(key, field.path, "table", field.errors);
  if (!IsMapping(field)) return table;
  CheckTableKeys(field);
  if (const auto doc = Child(field, "doc")) table.doc = ReadText(*doc);
  ReadKind(field, context, &table);
  if (const auto snapshot = Child(field, "snapshot")) ReadSnapshot(*snapshot, &table);
  if (const auto partitions = Child(field, "partition_by")) {
    for (const SpecNode& term : ReadNames(*partitions)) {
      table.partition_by.push_back(term.text);
    }
  }
  if (const auto late = Child(field, "late")) ReadLate(*late, &table);
  if (const auto match = Child(field, "match")) ReadMatch(*match, &table);
  if (const auto dirt = Child(field, "dirt")) ReadDirt(*dirt, &table);
  if (const auto lets = Child(field, "let")) table.lets = ReadColumns(*lets, nullptr);
  for (const auto& [name, value] : field.node.entries) {
    const Field child{value, field.path + "." + name.text, field.errors};
    std::vector<ColumnSpec> columns;
    if (value.broken) continue;
    if (name.text == "columns") columns = ReadColumns(child, &context.groups);
    if (name.text == "include") columns = ReadInclude(child, context.groups);
    for (ColumnSpec& one : columns) table.columns.push_back(std::move(one));
  }
  if (table.calendar != nullptr) {
    ExpandCalendar(field.node.Find("columns") != nullptr, &table, field.errors);
  } else if (table.columns.empty() && field.node.Find("columns") == nullptr &&
             field.node.Find("include") == nullptr) {
    field.errors->Add(table.place, field.path, "missing key", "columns");
  } else if (const auto columns = Child(field, "columns");
             columns && columns->node.is_mapping() && table.columns.empty()) {
    columns->errors->Add(columns->node.place, columns->path, "table has no columns");
  }
  if (const auto rules = Child(field, "rules")) table.rules = ReadRules(*rules);
  return table;
}

void CheckTableNames(const TableSpec& table, const Field& field) {
  if (!field.node.is_mapping()) return;
  CheckNames(table, field);
  CheckReferences(table, field);
}

}  // namespace lakeseed
