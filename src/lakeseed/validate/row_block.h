// RowBlock: some consecutive rows of one table with all values its checks need.
//
// Thread safety: plain values.

#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/validate/facts.h"

namespace lakeseed {

struct RowBlock {
  const FileFacts* file = nullptr;
  int64_t row_in_file = 0;  ///< Of the first row.
  int64_t table_row = 0;    ///< Of the first row, by the manifest's row ranges.
  int64_t position = 0;     ///< Of the first row: rows of the table read before it.
  int64_t length = 0;
  /// Rows of which joined values cannot be told from files; empty: none.
  std::vector<bool> unknown;
  bool IsUnknown(int64_t i) const {
    return !unknown.empty() && unknown[static_cast<size_t>(i)];
  }
  /// By slot of the table's scope; own columns, joined columns, folds.
  std::vector<std::shared_ptr<arrow::Array>> slots;
};

}  // namespace lakeseed
