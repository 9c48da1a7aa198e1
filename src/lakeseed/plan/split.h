// Split: the rows of a family, cut into files and tasks.
//
// Law: a family is cut at row numbers of its root, by the widths of all of its
// tables, so the cuts are the same whichever tables are asked for.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lakeseed/base/file_cost.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// Bytes that one row of `table` takes in a file, from types and shapes alone.
double BytesPerRow(const BoundDataset& dataset, const BoundTable& table,
                   ValueLayout values);

/// Mean rows of `table` for one row of its root; 1 for the root.
double RowsPerRoot(const BoundDataset& dataset, const BoundTable& table);

/// Rows of `table` that descend from rows `root_rows` of its root.
RowRange RowsUnder(const BoundDataset& dataset, const BoundTable& table,
                   RowRange root_rows);

/// Number of rows of `table` that descend from some rows of its root.
int64_t CountUnder(const BoundDataset& dataset, const BoundTable& table,
                   std::span<const int64_t> root_rows);

struct SplitRequest {
  int64_t file_bytes = 0;
  std::optional<int64_t> file_rows;  ///< Decides when set.
  ValueLayout values = ValueLayout::kPacked;
};

/// Rows of the root per file. Always >= 1.
int64_t RootRowsPerFile(const BoundDataset& dataset, const BoundTable& root,
                        const SplitRequest& request);

/// `rows` in pieces of `rows_per_file`; one empty piece for no rows.
/// \retval Invalid (exit code 2)  more pieces than a plan may have.
arrow::Result<std::vector<RowRange>> Cut(RowRange rows, int64_t rows_per_file);

}  // namespace lakeseed
