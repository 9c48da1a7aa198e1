#include "lakeseed/spec/dataset_reader.h"

#include <fmt/format.h>

#include <limits>

#include "lakeseed/spec/history_reader.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/nested_reader.h"
#include "lakeseed/spec/parameter_reader.h"
#include "lakeseed/spec/seasons_reader.h"
#include "lakeseed/spec/table_reader.h"

namespace lakeseed {
namespace {

constexpr int64_t kLawVersion = 1;
constexpr int64_t kMaxRows = 10'000'000'000'000;

DateRange ReadWindow(const Field& field) {
  DateRange window;
  if (!IsMapping(field)) return window;
  CheckKeys(field, {"from", "to"});
  for (const char* key : {"from", "to"}) {
    if (field.node.Find(key) == nullptr) {
      field.errors->Add(field.node.place, field.path, "missing key", key);
    }
  }
  std::optional<int32_t> from, to;
  if (const auto child = Child(field, "from")) from = ReadDate(*child);
  if (const auto child = Child(field, "to")) to = ReadDate(*child);
  if (from && to && *from > *to) {
    field.errors->Add(
        Child(field, "to")->node.place, field.path, "`to` is before `from`",
        Child(field, "to")->node.text + " < " + Child(field, "from")->node.text);
  }
  window.from = from.value_or(0);
  window.to = to.value_or(window.from);
  return window;
}

std::string ReadIdentifier(const Field& field) {
  if (!field.node.is_scalar()) {
    field.Error("must be a name");
  } else if (CheckName(field.node, field.path, field.path, field.errors)) {
    return field.node.text;
  }
  return "";
}

void ReadHead(const Field& file, DatasetSpec* spec) {
  if (const auto field = Child(file, "dataset")) spec->name = ReadIdentifier(*field);
  if (const auto field = Child(file, "doc")) spec->doc = ReadText(*field);
  spec->domain = spec->name;
  if (const auto field = Child(file, "domain")) spec->domain = ReadIdentifier(*field);
  if (const auto field = Child(file, "pattern")) spec->pattern = ReadIdentifier(*field);
  if (const auto field = Child(file, "main")) spec->main = ReadText(*field);
  if (const auto field = Child(file, "law_version")) {
    const auto version = ReadInt64(*field, 1, std::numeric_limits<int32_t>::max());
    if (version && *version != kLawVersion) {
      field->Error("unknown law version",
                   fmt::format("this program knows {}", kLawVersion));
    }
    spec->law_version = static_cast<int>(kLawVersion);
  }
  if (const auto field = Child(file, "window")) spec->window = ReadWindow(*field);
  spec->epoch = spec->window.from;
  if (const auto field = Child(file, "epoch")) {
    spec->epoch = ReadDate(*field).value_or(spec->window.from);
  }
  if (const auto field = Child(file, "target_rows")) {
    spec->target_rows = ReadInt64(*field, 1, kMaxRows);
  }
}

TableSpec ReadImported(const SpecNode& key, const Field& field,
                       const TableContext& context, const Imports::Table& imported) {
  SeasonsSpec seasons = context.seasons;
  if (imported.seasons) {
    seasons = ReadSeasons(Field{*imported.seasons, "seasons", field.errors}, {});
  }
  TableSpec table =
      ReadTable(key, field, {context.groups, seasons, context.epoch, context.window});
  table.domain = imported.domain;
  table.is_hidden = imported.is_hidden;
  return table;
}

}  // namespace

const Names& DatasetKeys() {
  static const Names names = {"dataset",     "doc",        "domain",       "pattern",
                              "law_version", "epoch",      "window",       "main",
                              "target_rows", "parameters", "groups",       "variants",
                              "seasons",     "uses",       "vocabularies", "tables"};
  return names;
}

DatasetSpec ReadDataset(const SpecNode& root, const std::string& file_name,
                        ErrorList* errors, const Imports& imports) {
  DatasetSpec spec;
  spec.file = file_name;
  const Field file{root, "", errors};
  CheckKeys(file, DatasetKeys());
  for (const char* key : {"dataset", "window", "tables"}) {
    if (root.Find(key) == nullptr) errors->Add(root.place, "", "missing key", key);
  }
  ReadHead(file, &spec);
  if (const auto field = Child(file, "parameters"); field && IsMapping(*field)) {
    for (const auto& [key, value] : field->node.entries) {
      if (value.broken) continue;
      const Field parameter{value, "parameters." + key.text, errors};
      if (IsStandIn(value)) {
        spec.settings.push_back(ReadStandIn(key, parameter, file.node));
      } else if (IsSetting(value)) {
        spec.settings.push_back(ReadSetting(key, parameter, file.node));
      } else {
        spec.parameters.push_back(ReadParameter(key, parameter, file.node));
      }
    }
  }
  Groups groups;
  if (const auto field = Child(file, "groups")) groups = ReadGroups(*field);
  SeasonsSpec seasons;
  if (const auto field = Child(file, "seasons")) seasons = ReadSeasons(*field, seasons);

  const TableContext context{groups, seasons, spec.epoch, spec.window};
  if (const auto field = Child(file, "tables"); field && IsMapping(*field)) {
    for (const auto& [key, value] : field->node.entries) {
      const Field table{value, key.text, errors};
      const auto imported = imports.tables.find(key.text);
      if (imported == imports.tables.end()) {
        spec.tables.push_back(ReadTable(key, table, context));
      } else {
        spec.tables.push_back(ReadImported(key, table, context, imported->second));
      }
    }
    ExpandHistories(&spec, errors);
    for (size_t i = 0; i < spec.tables.size(); ++i) {
      const auto& [key, value] = field->node.entries[i];
      CheckTableNames(spec.tables[i], Field{value, key.text, errors});
    }
    AddListTables(&spec);
    if (spec.tables.empty()) {
      errors->Add(field->node.place, "tables", "a dataset needs at least one table");
    }
  }
  return spec;
}

}  // namespace lakeseed
