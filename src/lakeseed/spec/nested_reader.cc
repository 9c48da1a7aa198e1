#include "lakeseed/spec/nested_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "lakeseed/spec/column_reader.h"

namespace lakeseed {
namespace {

constexpr std::string_view kStruct = "struct";
constexpr std::string_view kList = "list";
constexpr char kHowToStruct[] =
    "write its fields like columns: {struct: {city: home.city, zip: home.postal_code}}";
constexpr char kHowToList[] =
    "for example {list: {length: {poisson: {mean: 2, max: 6}}, of: {uniform: [1, 9]}}}";

void Refuse(const Field& field, std::string reason, std::string hint) {
  field.errors->Add(field.node.place, field.path, std::move(reason), std::nullopt,
                    std::move(hint));
}

/// Report keys that only a column of a table may have.
void CheckInside(const ColumnSpec& inside, const Field& field) {
  if (inside.unique) {
    Refuse(field, "only a column as a whole is unique", "leave `unique` out");
  }
  if (!inside.span.is_always()) {
    Refuse(field, "only a column as a whole comes and goes",
           "state `since` and `until` at the column");
  }
}

void ReadStruct(const Field& field, ColumnSpec* column) {
  if (!field.node.is_mapping() || field.node.entries.empty()) {
    return Refuse(field, "must be a mapping of fields", kHowToStruct);
  }
  // An element's fields go by their own names: they are columns of its table.
  const std::string prefix = column->name == kElement ? "" : column->name + ".";
  std::map<std::string, std::string> seen;
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    CheckName(key, child.path, "field", field.errors);
    std::string lower = key.text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
    const auto [first, added] = seen.emplace(lower, key.text);
    if (!added) {
      field.errors->Add(key.place, field.path,
                        "names differ only in upper and lower case", key.text,
                        "rename it or `" + first->second + "`");
    }
    column->fields.push_back(ReadColumn(prefix + key.text, key.place, child));
    CheckInside(column->fields.back(), child);
  }
}

void ReadList(const Field& field, ColumnSpec* column) {
  if (!field.node.is_mapping()) return field.Error("must be a mapping", kHowToList);
  CheckKeys(field, {"length", "let", "of"});
  for (const char* key : {"length", "of"}) {
    if (field.node.Find(key) != nullptr) continue;
    field.errors->Add(field.node.place, field.path, "missing key", key, kHowToList);
  }
  auto list = std::make_shared<ListSpec>();
  if (const auto length = Child(field, "length")) {
    if (auto law = ReadGenerator(*length)) list->length = std::move(*law);
  }
  if (const auto lets = Child(field, "let")) list->lets = ReadColumns(*lets, nullptr);
  if (const auto of = Child(field, "of")) {
    list->element = ReadColumn(std::string(kElement), of->node.place, *of);
    CheckInside(list->element, *of);
  }
  for (const ColumnSpec& let : list->lets) {
    for (const ColumnSpec& one : list->element.fields) {
      if (one.name != let.name) continue;
      field.errors->Add(
          one.place, field.path, "duplicate name", one.name,
          fmt::format("a `let` of the list has it: {}", let.place.ToString()));
    }
  }
  column->list = std::move(list);
}

/// The table of a list and those of the lists inside.
void AddTables(const TableSpec& owner, const std::vector<ColumnSpec>& columns,
               std::vector<TableSpec>* tables) {
  for (const ColumnSpec& column : columns) {
    AddTables(owner, column.fields, tables);
    if (column.list == nullptr) continue;
    TableSpec table;
    table.name = owner.name + "." + column.name;
    table.domain = owner.domain;
    table.is_hidden = true;
    table.children =
        ChildrenSpec{.parent = owner.name, .count = column.list->length, .is_list = true};
    table.lets = column.list->lets;
    table.columns = {column.list->element};
    table.place = column.place;
    AddTables(table, table.lets, tables);
    AddTables(table, table.columns, tables);
    tables->push_back(std::move(table));
  }
}

}  // namespace

bool IsNested(std::string_view key) { return key == kStruct || key == kList; }

void ReadNested(std::string_view key, const Field& value, ColumnSpec* column) {
  const std::string what(key);
  if (!column->type.empty()) {
    Refuse(value, "the types of a " + what + " are those of what is in it",
           "state `type` there");
  }
  if (column->unique) Refuse(value, "no " + what + " is unique", "leave `unique` out");
  if (column->drift != nullptr) {
    Refuse(value, "what is in a " + what + " drifts", "state `drift` there");
  }
  if (key == kStruct) {
    ReadStruct(value, column);
  } else {
    ReadList(value, column);
  }
}

void AddListTables(DatasetSpec* spec) {
  std::vector<TableSpec> tables;
  for (const TableSpec& table : spec->tables) {
    AddTables(table, table.lets, &tables);
    AddTables(table, table.columns, &tables);
  }
  for (TableSpec& table : tables) spec->tables.push_back(std::move(table));
}

}  // namespace lakeseed
