// Rows of a batch in another order, or some of them.
//
// Law: the order depends on the rows alone; rows that are equal in all columns of the
// order stay as they came.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/sort_order.h"

namespace lakeseed {

/// The places of the rows in their new order. REQUIRES: CheckSortable of each column.
arrow::Result<std::vector<int64_t>> SortedPlaces(const arrow::RecordBatch& batch,
                                                 const SortOrder& order);

/// The rows at some places.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsAt(
    const arrow::RecordBatch& batch, const std::vector<int64_t>& places);

}  // namespace lakeseed
