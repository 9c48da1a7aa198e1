// Partition terms: what `--partition-by` says, for one table.
//
//   column            its values
//   year month day hour yearmonth            parts of the table's own date or time
//   year(column) …                           parts of another
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// The fields that the terms mean in a table; empty when it has not all of the
/// columns: such a table is not partitioned.
/// \retval Invalid (exit code 2)  a term is none, or a type names no partitions.
arrow::Result<std::vector<PartitionField>> PartitionsOf(
    const BoundTable& table, std::span<const std::string> terms);

/// \retval Invalid (exit code 2)  no table has all of the columns; names what is
///                                missing where.
arrow::Status NoTableToPartition(std::span<const BoundTable* const> tables,
                                 std::span<const std::string> terms);

}  // namespace lakeseed
