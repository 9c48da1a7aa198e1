#include "lakeseed/spec/dirt_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "lakeseed/spec/dirt_spec.h"

namespace lakeseed {
namespace {

constexpr double kFactor = 10;
constexpr double kMostFactor = 1e6;
constexpr char kHowToWrite[] =
    "write {nulls: {phone: 2%}}: columns, and shares of the rows";

constexpr std::pair<std::string_view, DirtKind> kKinds[] = {
    {"nulls", DirtKind::kNull},
    {"orphans", DirtKind::kOrphan},
    {"outliers", DirtKind::kOutlier},
    {"typos", DirtKind::kTypo}};

/// 2%, or of outliers {share: 2%, factor: 100}.
void ReadCell(const Field& field, CellDirt* cell) {
  if (cell->kind == DirtKind::kOutlier) cell->factor = kFactor;
  if (!field.node.is_mapping() || cell->kind != DirtKind::kOutlier) {
    cell->share = ReadDouble(field, 0, 1).value_or(0);
    return;
  }
  CheckKeys(field, {"share", "factor"});
  if (const auto share = Child(field, "share")) {
    cell->share = ReadDouble(*share, 0, 1).value_or(0);
  } else {
    field.Error("missing key: share", "write {share: 2%, factor: 100}");
  }
  if (const auto factor = Child(field, "factor")) {
    cell->factor = ReadDouble(*factor, -kMostFactor, kMostFactor).value_or(kFactor);
    if (cell->factor == 0 || cell->factor == 1) {
      factor->Error("a factor that makes no outlier");
    }
  }
}

void ReadCells(const Field& field, DirtKind kind, DirtSpec* dirt) {
  if (field.node.broken) return;
  if (!field.node.is_mapping() || field.node.entries.empty()) {
    return field.Error("must name columns", kHowToWrite);
  }
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    if (value.broken) continue;
    if (dirt->Find(key.text) != nullptr) {
      field.errors->Add(key.place, child.path, "column has dirt of another kind",
                        key.text, "one kind for each column");
      continue;
    }
    CellDirt cell{.column = key.text, .kind = kind, .place = key.place};
    ReadCell(child, &cell);
    dirt->cells.push_back(std::move(cell));
  }
}

/// Facts of which a share has two rows: {choice: {1: 0.99, 2: 0.01}}.
void ReadDuplicates(const Field& field, TableSpec* table) {
  const auto share = ReadDouble(field, 0, 1);
  if (!share) return;
  if (!table->children || !table->children->is_fact) {
    return field.Error(
        "rows of their own do not come twice",
        fmt::format("add a table with `rows_of: {}` and give it the duplicates: keys of "
                    "{} stay unique",
                    table->name, table->name));
  }
  const auto scalar = [&](std::string text) {
    SpecNode node = field.node;
    node.text = std::move(text);
    return node;
  };
  SpecNode weights;
  weights.kind = SpecNode::Kind::kMapping;
  weights.place = field.node.place;
  weights.entries.emplace_back(scalar("1"), scalar(fmt::format("{}", 1 - *share)));
  weights.entries.emplace_back(scalar("2"), scalar(fmt::format("{}", *share)));
  table->children->count = {"choice", std::move(weights), field.node.place};
}

}  // namespace

std::string_view DirtName(DirtKind kind) {
  constexpr std::string_view kNames[] = {"null", "orphan", "outlier", "typo"};
  return kNames[static_cast<size_t>(kind)];
}

const CellDirt* DirtSpec::Find(std::string_view column) const {
  const auto at = std::find_if(cells.begin(), cells.end(), [&](const CellDirt& cell) {
    return cell.column == column;
  });
  return at == cells.end() ? nullptr : &*at;
}

void ReadDirt(const Field& field, TableSpec* table) {
  if (field.node.broken) return;
  if (!field.node.is_mapping()) return field.Error("is no dirt", kHowToWrite);
  Names keys{"duplicates"};
  for (const auto& [name, kind] : kKinds) keys.emplace_back(name);
  CheckKeys(field, keys);
  auto dirt = std::make_shared<DirtSpec>();
  for (const auto& [name, kind] : kKinds) {
    if (const auto cells = Child(field, name)) ReadCells(*cells, kind, dirt.get());
  }
  if (const auto twice = Child(field, "duplicates")) ReadDuplicates(*twice, table);
  if (!dirt->cells.empty()) table->dirt = std::move(dirt);
}

}  // namespace lakeseed
