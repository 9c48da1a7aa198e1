// TableBinder: columns that are wrong on purpose. Only what is written is dirty; all
// that reads a column, here or in other tables, reads its clean values.

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/dirty_cells.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {
namespace {

/// Why a column cannot have that dirt, whatever its type; empty: it can.
std::string WhyNot(const ColumnSpec& column, DirtKind kind) {
  if (column.is_nested()) return "structs and lists have no dirt";
  const std::string generator = column.generator ? column.generator->name : "";
  if (generator == "key") return "keys stay clean: they tell which rows are dirty";
  if (generator == kDirtLabels) return "labels tell the truth";
  if (kind == DirtKind::kOrphan && generator != "foreign_key") {
    return "only a foreign_key has orphans";
  }
  return "";
}

/// Whether the column holds the key of the row's parent, as a path to it.
bool IsParentLink(const DatasetSpec& dataset, const TableSpec& table,
                  const ColumnSpec& column) {
  if (!table.children || column.expression == nullptr) return false;
  const std::vector<std::string>& path = column.expression->path;
  if (path.size() != 2) return false;
  if (path[0] != "parent" && path[0] != table.children->parent) return false;
  const TableSpec* parent = dataset.FindTable(table.children->parent);
  return std::any_of(
      parent->columns.begin(), parent->columns.end(), [&](const ColumnSpec& one) {
        return one.name == path[1] && one.generator && one.generator->name == "key";
      });
}

}  // namespace

void TableBinder::CheckDirt() {
  if (table_->spec->dirt == nullptr) return;
  std::vector<std::string> names;
  for (const ColumnSpec& column : table_->spec->columns) names.push_back(column.name);
  for (const CellDirt& cell : table_->spec->dirt->cells) {
    if (std::find(names.begin(), names.end(), cell.column) != names.end()) continue;
    dataset_->Report(SpecErrors({{cell.place, table_->name + ".dirt", "unknown column",
                                  cell.column, DidYouMean(cell.column, names)}}));
  }
}

arrow::Result<int> TableBinder::WrittenNode(const ColumnSpec& column) {
  ARROW_ASSIGN_OR_RAISE(const int clean, ValueNode(column));
  const DirtSpec* dirt = table_->spec->dirt.get();
  const CellDirt* cell = dirt == nullptr ? nullptr : dirt->Find(column.name);
  if (cell == nullptr) return clean;
  auto cells = std::make_shared<const DirtyCells>(
      *cell, dataset_->ColumnKey(table_->name, column.name, kDirtStream));
  std::string reason = WhyNot(column, cell->kind);
  if (IsParentLink(dataset_->spec(), *table_->spec, column)) {
    reason = "links to the parent stay clean: the parent's totals are of its children";
  }
  if (reason.empty()) reason = cells->WhyNot(*node(clean).type);
  if (!reason.empty()) {
    return SpecErrors({{cell->place, table_->name + ".dirt." + column.name,
                        std::move(reason), std::nullopt, ""}});
  }
  if (cell->share == 0) return clean;
  return Add({.kind = GraphNode::Kind::kDirt,
              .name = Where(column),
              .inputs = {clean},
              .type = cells->TypeOf(node(clean).type),
              .shape = cells->ShapeOf(node(clean).shape),
              .dirt = std::move(cells)});
}

}  // namespace lakeseed
