#include "lakeseed/validate/table_dirt.h"

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/stream_names.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"

namespace lakeseed {

TableDirt::TableDirt(const DatasetSpec& dataset, const TableSpec& table,
                     const TableFiles& files) {
  const std::string key = KeyColumn(table);
  const bool has_key = !key.empty() && files.schema != nullptr &&
                       files.schema->GetFieldByName(key) != nullptr &&
                       HoldsIntegers(*files.schema->GetFieldByName(key)->type());
  if (has_key) key_ = key;
  has_places_ = files.incomplete.empty() &&
                (files.kind == DayKind::kAllAtOnce || files.kind == DayKind::kEvents);
  const StreamRoot root{.seed = files.facts->identity.value("seed", int64_t{42}),
                        .law_version = dataset.law_version,
                        .domain = table.domain.empty() ? dataset.domain : table.domain};
  for (const CellDirt& cell : table.dirt->cells) {
    cells_.emplace_back(ColumnStream(root, table.name, cell.column, kDirtStream),
                        cell.share);
  }
}

std::unique_ptr<const TableDirt> TableDirt::Make(const DatasetFiles& files,
                                                 const TableSpec& table) {
  const TableFiles* own = files.Find(table.name);
  if (table.dirt == nullptr || own == nullptr) return nullptr;
  return std::unique_ptr<const TableDirt>(new TableDirt(files.spec(), table, *own));
}

void TableDirt::Mark(const arrow::Array* keys, RowBlock* block) const {
  const auto length = static_cast<size_t>(block->length);
  block->dirt.assign(cells_.size(), {});
  if (keys == nullptr && !has_places_) {
    // Nothing tells which rows they are, so any of them may be dirty.
    block->dirty.assign(length, true);
    return;
  }
  std::vector<int64_t> rows(length);
  if (keys != nullptr) {
    ReadIntegers(*keys, &rows);
    for (int64_t& row : rows) row = std::max<int64_t>(row - 1, 0);
  } else {
    for (size_t i = 0; i < length; ++i) {
      rows[i] = block->table_row + static_cast<int64_t>(i);
    }
  }
  block->dirty.assign(length, false);
  for (size_t c = 0; c < cells_.size(); ++c) {
    block->dirt[c].resize(length);
    cells_[c].Of(rows.data(), block->length, block->dirt[c].data());
    for (size_t i = 0; i < length; ++i) {
      if (block->dirt[c][i] != 0) block->dirty[i] = true;
    }
  }
}

}  // namespace lakeseed
