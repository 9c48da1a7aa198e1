#include "lakeseed/spec/dictionary_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxRows = 10'000'000'000'000;
constexpr int64_t kMaxDays = 1'000'000;  // Of a calendar.
constexpr double kTail = 4;              // Largest count of children, in means.

const SpecNode* TableOf(const SpecNode& tree, const std::string& name) {
  const SpecNode* tables = tree.Find("tables");
  return tables == nullptr ? nullptr : tables->Find(name);
}

std::string ParentOf(const SpecNode& table) {
  const SpecNode* per = table.Find("per");
  const SpecNode* parent = per == nullptr ? nullptr : per->Find("parent");
  return parent == nullptr ? std::string() : parent->text;
}

SpecNode* AsMapping(SpecNode* table, std::string_view kind, std::string_view size,
                    const Place& place) {
  SpecNode* node = FindMutable(table, kind);
  if (node != nullptr && node->is_mapping()) return node;
  SpecNode mapping = MakeMapping(place);
  if (node != nullptr) SetEntry(&mapping, size, *node);
  return SetEntry(table, kind, std::move(mapping));
}

SpecNode* ParameterOf(SpecNode* tree, const SpecNode& size) {
  SpecNode* parameters = FindMutable(tree, "parameters");
  if (parameters == nullptr || !size.is_scalar()) return nullptr;
  SpecNode* parameter = FindMutable(parameters, size.text);
  return parameter != nullptr && parameter->is_mapping()
             ? FindMutable(parameter, "default")
             : parameter;
}

// Whether a size is a number, here or as a parameter's default.
std::optional<double> NumberOf(SpecNode* tree, const SpecNode& size) {
  if (const auto number = ParseDoubleLiteral(size.text)) return number;
  const SpecNode* parameter = ParameterOf(tree, size);
  return parameter == nullptr ? std::nullopt : ParseDoubleLiteral(parameter->text);
}

void SetSize(SpecNode* tree, SpecNode* size, const SpecNode& value) {
  SpecNode* parameter = ParameterOf(tree, *size);
  *(parameter == nullptr ? size : parameter) = value;
}

// {geometric: {mean, max}} with another mean.
void SetMean(SpecNode* per, double mean, const Place& place) {
  SpecNode* count = FindMutable(per, "count");
  const bool is_law = count != nullptr && count->entries.size() == 1 &&
                      FindMutable(&count->entries[0].second, "mean") != nullptr;
  SpecNode text = MakeScalar(fmt::format("{}", mean), place);
  if (is_law) {
    SetEntry(&count->entries[0].second, "mean", std::move(text));
    return;
  }
  SpecNode law = MakeMapping(place), params = MakeMapping(place);
  SetEntry(&params, "mean", std::move(text));
  SetEntry(&params, "max", MakeScalar(fmt::format("{}", std::ceil(kTail * mean)), place));
  SetEntry(&law, "geometric", std::move(params));
  SetEntry(per, "count", std::move(law));
}

/// A calendar of as many days, from its first on.
void SetDays(const Field& rows, SpecNode* calendar) {
  const SpecNode* from = calendar->is_mapping() ? calendar->Find("from") : nullptr;
  const auto first = ParseDate(from == nullptr ? "" : from->text);
  const auto days = ReadInt64(rows, 1, kMaxDays);
  if (!days) return;
  if (!first.ok()) {
    rows.Error("the calendar has a row for each minute or second, or no first day",
               "leave base_rows out");
    return;
  }
  SetEntry(
      calendar, "to",
      MakeScalar(FormatDate(*first + static_cast<int32_t>(*days) - 1), rows.node.place));
}

}  // namespace

const SpecNode* EventsAbove(const SpecNode& tree, const std::string& name) {
  std::string at = name;
  const SpecNode* tables = tree.Find("tables");
  for (size_t i = 0; tables != nullptr && i <= tables->entries.size(); ++i) {
    const SpecNode* table = TableOf(tree, at);
    if (table == nullptr) return nullptr;
    if (const SpecNode* events = table->Find("events")) return events;
    at = ParentOf(*table);
  }
  return nullptr;
}

bool IsByDay(const SpecNode& tree, const std::string& name) {
  return EventsAbove(tree, name) != nullptr;
}

SpecNode* PopulationOf(SpecNode* table, const Place& place) {
  return AsMapping(table, "population", "size", place);
}

SpecNode* EventsOf(SpecNode* table, const Place& place) {
  return AsMapping(table, "events", "per_day", place);
}

void SetBaseRows(const Field& rows, const std::string& name, SpecNode* tree) {
  if (!ReadInt64(rows, 0, kMaxRows)) return;
  SpecNode* table = FindMutable(FindMutable(tree, "tables"), name);
  const Place& place = rows.node.place;
  if (FindMutable(table, "population") != nullptr) {
    SpecNode* size = FindMutable(PopulationOf(table, place), "size");
    if (size != nullptr) SetSize(tree, size, rows.node);
  } else if (SpecNode* fixed = FindMutable(table, "rows")) {
    if (fixed->is_mapping()) fixed = FindMutable(fixed, "fixed");
    if (fixed != nullptr) SetSize(tree, fixed, rows.node);
  } else if (SpecNode* per = FindMutable(table, "per")) {
    SetEntry(per, "rows", rows.node);
  } else if (SpecNode* calendar = FindMutable(table, "calendar")) {
    SetDays(rows, calendar);
  } else {
    rows.Error(fmt::format("the rows of {} follow from another table", name));
  }
}

void SetRowsPerDay(const Field& rows, const std::string& name, SpecNode* tree) {
  const auto number = ReadInt64(rows, 1, kMaxRows);
  if (!number) return;
  SpecNode* table = FindMutable(FindMutable(tree, "tables"), name);
  const Place& place = rows.node.place;
  if (FindMutable(table, "events") != nullptr) {
    SpecNode* per_day = FindMutable(EventsOf(table, place), "per_day");
    if (per_day != nullptr && per_day->text == "main") {
      rows.Error(fmt::format("the rows of {} are those of target_rows", name),
                 "give the dataset rows by day, as with incremental_config");
    } else if (per_day != nullptr) {
      SetSize(tree, per_day, rows.node);
    }
    return;
  }
  const std::string parent = ParentOf(*table);
  const SpecNode* above = TableOf(*tree, parent);
  const SpecNode* events = above == nullptr ? nullptr : above->Find("events");
  const SpecNode* per_day =
      events != nullptr && events->is_mapping() ? events->Find("per_day") : events;
  const auto parents = per_day == nullptr ? std::nullopt : NumberOf(tree, *per_day);
  if (!parents || *parents <= 0) {
    rows.Error(fmt::format("the rows of {} belong to those of {}, whose rows per day are "
                           "not stated",
                           name, parent),
               fmt::format("state base_rows_per_day of {}", parent));
    return;
  }
  SetMean(FindMutable(table, "per"), static_cast<double>(*number) / *parents, place);
}

}  // namespace lakeseed
