#include "lakeseed/spec/match_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

constexpr char kHowToWrite[] = "write match: {with: orders}, the other table of events";

std::vector<std::pair<std::string, double>> ReadStages(const Field& field) {
  std::vector<std::pair<std::string, double>> stages;
  if (!IsMapping(field)) return stages;
  double least = 1;
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    const auto share = value.broken ? std::nullopt : ReadDouble(child, 0, 1);
    if (!share) continue;
    if (*share > least) {
      child.Error("a stage is not reached by more rows than the one before");
    }
    least = std::min(least, *share);
    stages.emplace_back(key.text, *share);
  }
  return stages;
}

// The column of the other table that says which of its rows are matched.
void CheckWhere(const TableSpec& other, const MatchSpec& match, const std::string& path,
                ErrorList* errors) {
  if (match.where.empty()) return;
  Names names;
  for (const auto* list : {&other.lets, &other.columns}) {
    for (const ColumnSpec& column : *list) {
      if (!column.generator || column.generator->name != "split") continue;
      if (column.name == match.where) return;
      names.push_back(column.name);
    }
  }
  errors->Add(match.place, path + ".where",
              "must be a column or let of the other table made by `split`", match.where,
              names.empty() ? "add `" + match.where + ": {split: 0.7}` to " + other.name
                            : DidYouMean(match.where, names));
}

}  // namespace

void ReadMatch(const Field& field, TableSpec* table) {
  if (field.node.broken) return;
  if (!table->events || table->events->is_main) {
    return field.Error(table->events
                           ? "stands beside a number of rows a day, not beside `main`"
                           : "only rows of `events:` are matched",
                       "events: {per_day: …} counts the rows without a match");
  }
  auto match = std::make_shared<MatchSpec>();
  match->place = field.node.place;
  if (field.node.is_scalar()) {
    match->with = field.node.text;
  } else if (IsMapping(field)) {
    CheckKeys(field, {"with", "where", "stages", "within"});
    if (const auto with = Child(field, "with")) match->with = ReadText(*with);
    if (const auto where = Child(field, "where")) match->where = ReadText(*where);
    if (const auto stages = Child(field, "stages")) match->stages = ReadStages(*stages);
    if (const auto within = Child(field, "within")) {
      match->is_within = ReadBool(*within).value_or(false);
    }
    if (field.node.Find("with") == nullptr) field.Error("missing key", kHowToWrite);
  }
  if (!match->with.empty()) table->match = std::move(match);
}

void CheckMatches(const DatasetSpec& dataset, ErrorList* errors) {
  for (const TableSpec& table : dataset.tables) {
    if (table.match == nullptr) continue;
    const MatchSpec& match = *table.match;
    const std::string path = table.name + ".match";
    const TableSpec* other = dataset.FindTable(match.with);
    if (other == nullptr) {
      Names names;
      for (const TableSpec& one : dataset.tables) names.push_back(one.name);
      errors->Add(match.place, path + ".with", "unknown table", match.with,
                  DidYouMean(match.with, names));
      continue;
    }
    if (!other->events) {
      errors->Add(match.place, path + ".with", "is no table of events", match.with,
                  kHowToWrite);
      continue;
    }
    CheckWhere(*other, match, path, errors);
    const TableSpec* at = &table;
    for (size_t steps = 0; at != nullptr && at->match != nullptr; ++steps) {
      at = dataset.FindTable(at->match->with);
      if (at != &table && steps <= dataset.tables.size()) continue;
      errors->Add(match.place, path + ".with", "tables are matched in a circle",
                  match.with, "only one of two tables names the other");
      break;
    }
  }
}

}  // namespace lakeseed
