// dirt: what is wrong on purpose is wrong in the cells that the declaration names and in
// no others, and labels tell it.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "lakeseed/base/dirty_rows.h"
#include "lakeseed/spec/dirt_spec.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// Nulls and orphans show by themselves.
class CellDirtCheck final : public TableCheck {
 public:
  CellDirtCheck(Check check, int64_t max_examples, const CellDirt& dirt, size_t cell,
                int slot)
      : TableCheck(std::move(check), max_examples),
        dirt_(dirt),
        cell_(cell),
        slot_(slot) {}

  arrow::Status Add(const RowBlock& block) override {
    const std::vector<uint8_t>& hits = block.dirt[cell_];
    if (hits.empty()) return arrow::Status::OK();
    Count(block);
    const arrow::Array& cells = *block.slots[static_cast<size_t>(slot_)];
    std::vector<int64_t> keys;
    if (dirt_.kind == DirtKind::kOrphan) ReadIntegers(cells, &keys);
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      const bool is_null = cells.IsNull(i);
      if (dirt_.kind == DirtKind::kNull) {
        if (hits[at] != 0 && !is_null) {
          Found(block, i, dirt_.column, "null, on purpose", CellText(cells, i));
        }
      } else if (!is_null && (hits[at] != 0) != (keys[at] >= DirtyRows::kOrphan)) {
        Found(block, i, dirt_.column,
              hits[at] != 0 ? "an orphan, on purpose" : "a row that is there",
              CellText(cells, i));
      }
    }
    return arrow::Status::OK();
  }

 private:
  const CellDirt dirt_;
  const size_t cell_;
  const int slot_;
};

// Labels name the dirty cells of each row, and no others. A cell that was null has no
// dirt, and whether one that is made null was, no file tells.
class LabelCheck final : public TableCheck {
 public:
  LabelCheck(Check check, int64_t max_examples, std::string column, int slot,
             const DirtSpec& dirt, std::vector<int> cells)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        dirt_(dirt),
        cells_(std::move(cells)) {}

  arrow::Status Add(const RowBlock& block) override {
    if (std::any_of(block.dirt.begin(), block.dirt.end(),
                    [](const auto& hits) { return hits.empty(); })) {
      return arrow::Status::OK();
    }
    Count(block);
    const arrow::Array& labels = *block.slots[static_cast<size_t>(slot_)];
    for (int64_t i = 0; i < block.length; ++i) {
      const std::string found = labels.IsNull(i) ? "" : std::string(TextAt(labels, i));
      if (Fits(block, i, found)) continue;
      Found(block, i, column_, Expected(block, i), labels.IsNull(i) ? "null" : found);
    }
    return arrow::Status::OK();
  }

 private:
  static std::string LabelOf(const CellDirt& cell) {
    return cell.column + ": " + std::string(DirtName(cell.kind));
  }
  bool IsHit(const RowBlock& block, size_t c, int64_t i) const {
    return block.dirt[c][static_cast<size_t>(i)] != 0;
  }
  std::string Expected(const RowBlock& block, int64_t i) const {
    std::string text;
    for (size_t c = 0; c < dirt_.cells.size(); ++c) {
      if (!IsHit(block, c, i)) continue;
      text += (text.empty() ? "" : ", ") + LabelOf(dirt_.cells[c]);
    }
    return text.empty() ? "null" : text;
  }
  // The labels in their order, each of a hit cell; those of cells with a value are there.
  bool Fits(const RowBlock& block, int64_t i, std::string_view found) const {
    for (size_t c = 0; c < dirt_.cells.size(); ++c) {
      if (!IsHit(block, c, i)) continue;
      const std::string label = LabelOf(dirt_.cells[c]);
      const bool is_there =
          found.starts_with(label) &&
          (found.size() == label.size() || found.substr(label.size()).starts_with(", "));
      if (is_there) {
        found.remove_prefix(std::min(found.size(), label.size() + 2));
      } else if (block.slots[static_cast<size_t>(cells_[c])]->IsValid(i)) {
        return false;
      }
    }
    return found.empty();
  }

  const std::string column_;
  const int slot_;
  const DirtSpec& dirt_;
  const std::vector<int> cells_;
};

void AddLabels(CheckBuilder& builder, const ColumnSpec& column) {
  const DirtSpec& dirt = *builder.table().dirt;
  const auto slot = builder.scope().Column(column.name);
  if (!slot.ok()) return builder.Skip("dirt", column.name, slot.status());
  std::vector<int> cells;
  for (const CellDirt& cell : dirt.cells) {
    const auto one = builder.scope().Column(cell.column);
    if (!one.ok()) return builder.Skip("dirt", column.name, one.status());
    cells.push_back(one->index);
  }
  builder.Add(column, std::make_unique<LabelCheck>(builder.Start("dirt", column.name),
                                                   builder.max_examples(), column.name,
                                                   slot->index, dirt, std::move(cells)));
}

}  // namespace

void MakeDirtChecks(CheckBuilder& builder) {
  if (builder.table().dirt == nullptr) return;
  const DirtSpec& dirt = *builder.table().dirt;
  for (size_t c = 0; c < dirt.cells.size(); ++c) {
    const CellDirt& cell = dirt.cells[c];
    if (cell.kind != DirtKind::kNull && cell.kind != DirtKind::kOrphan) continue;
    const auto slot = builder.scope().Column(cell.column);
    if (!slot.ok()) {
      builder.Skip("dirt", cell.column, slot.status());
      continue;
    }
    builder.Add(std::make_unique<CellDirtCheck>(builder.Start("dirt", cell.column),
                                                builder.max_examples(), cell, c,
                                                slot->index));
  }
  for (const ColumnSpec& column : builder.table().columns) {
    if (column.generator && column.generator->name == kDirtLabels) {
      AddLabels(builder, column);
    }
  }
}

}  // namespace lakeseed
