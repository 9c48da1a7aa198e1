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

  bool IsUnknownLink(int slot, int64_t i) const {
    const auto link = unknown_links.find(slot);
    return is_unknown ||
           (link != unknown_links.end() && link->second[static_cast<size_t>(i)]);
  }
  bool IsUnknown(int64_t i) const {
    if (is_unknown) return true;
    for (const auto& [slot, rows] : unknown_links) {
      if (rows[static_cast<size_t>(i)]) return true;
    }
    return false;
  }
  /// By slot of the table's scope; own columns, joined columns, folds.
  std::vector<std::shared_ptr<arrow::Array>> slots;
};

}  // namespace lakeseed
