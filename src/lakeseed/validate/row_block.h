// RowBlock: some consecutive rows of one table with all values its checks need.
//
// Thread safety: plain values.

#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "lakeseed/validate/facts.h"

namespace lakeseed {

struct RowBlock {
  const FileFacts* file = nullptr;
  int64_t row_in_file = 0;  ///< Of the first row.
  int64_t table_row = 0;    ///< Of the first row, by the manifest's row ranges.
  int64_t position = 0;     ///< Of the first row: rows of the table read before it.
  int64_t length = 0;
  /// By day: the day whose state the rows see; that of the file, but of late rows that
  /// on which they happened, if files tell it.
  std::optional<int32_t> day;
  /// What rows are joined with cannot be told from files: of the whole block, or by
  /// slot of the places joined.
  bool is_unknown = false;
  std::map<int, std::vector<bool>> unknown_links;
  /// Rows with cells that are wrong on purpose, or that such cells went into: no rule
  /// holds for them. Empty: none.
  std::vector<bool> dirty;
  /// By cell of the table's `dirt:`, of each row 1 if it is hit; empty if none tells.
  std::vector<std::vector<uint8_t>> dirt;

  bool IsDirty(int64_t i) const {
    return !dirty.empty() && dirty[static_cast<size_t>(i)];
  }
  bool IsUnknownLink(int slot, int64_t i) const {
    const auto link = unknown_links.find(slot);
    return is_unknown || IsDirty(i) ||
           (link != unknown_links.end() && link->second[static_cast<size_t>(i)]);
  }
  bool IsUnknown(int64_t i) const {
    if (is_unknown || IsDirty(i)) return true;
    for (const auto& [slot, rows] : unknown_links) {
      if (rows[static_cast<size_t>(i)]) return true;
    }
    return false;
  }
  /// By slot of the table's scope; own columns, joined columns, folds.
  std::vector<std::shared_ptr<arrow::Array>> slots;
};

}  // namespace lakeseed
