// Sort columns: what `--sort-by` and `--z-order-by` say, for one table.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <span>

#include "lakeseed/base/sort_order.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// The order of a table's files; empty when it has not all of the columns: such a table
/// is not sorted.
/// \retval Invalid (exit code 2)  a column is not in all files, or has no order.
arrow::Result<SortOrder> SortOf(const BoundTable& table, const SortOrder& wanted);

/// \retval Invalid (exit code 2)  no table has all of the columns; names one that no
///                                table has, and the nearest to it.
arrow::Status NoTableToSort(std::span<const BoundTable* const> tables,
                            const SortOrder& wanted);

}  // namespace lakeseed
