// Partition terms: what `--partition-by` says, for one table of one table format.
//
//   column                                   its values
//   year month day hour yearmonth            parts of the table's own date or time
//   year(column) …                           parts of another
//   bucket(16,column) truncate(4,column)     a hash of it; its beginning
//
// Plain files and Delta tables get columns of these names, with parts of local dates;
// Iceberg and DuckLake derive partitions from columns, by their own rules and in UTC.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/partition_dialect.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// Terms that a list has cut at the commas in their brackets, whole again.
std::vector<std::string> WholeTerms(std::span<const std::string> pieces);

/// The fields that the terms mean in a table; empty when it has not all of the
/// columns: such a table is not partitioned. Without terms, those of the dataset.
/// \retval Invalid (exit code 2)  a term is none, a type names no partitions, or the
///                                table format has no such partitions.
arrow::Result<std::vector<PartitionField>> PartitionsOf(
    const BoundTable& table, std::span<const std::string> terms,
    const PartitionDialect& dialect);

/// The same with the dataset's own terms, for every table.
/// \retval Invalid (exit code 2)  with the place of the table.
arrow::Status CheckOwnPartitions(const BoundDataset& dataset);

/// \retval Invalid (exit code 2)  no table has all of the columns; names what is
///                                missing where.
arrow::Status NoTableToPartition(std::span<const BoundTable* const> tables,
                                 std::span<const std::string> terms);

}  // namespace lakeseed
