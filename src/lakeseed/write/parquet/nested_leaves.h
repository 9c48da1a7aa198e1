// Structs and lists as Parquet stores them: leaf columns, each with levels that say
// where values are missing and where lists begin.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/column_writer.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

/// The fields of a struct, or the element of a list; field ids from their metadata,
/// as Arrow keeps them.
std::vector<ColumnLayout> ChildrenOf(const ColumnLayout& column);

/// One leaf below a column, or the column itself.
struct LeafColumn {
  std::vector<std::string> path;  ///< Of the Parquet schema.
  ColumnLayout layout;
  int num_lists = 0;  ///< Lists around it.
};
/// The leaves in the order of the schema.
std::vector<LeafColumn> LeavesOf(const ColumnLayout& column);

/// Rows of a leaf. `values` has one value for each place inside all lists, anything
/// where a struct around it is null; lists that are empty or null have a level and no
/// place.
struct LeafRows {
  bool nullable = false;  ///< The leaf itself.
  std::vector<int16_t> definition, repetition;
  std::shared_ptr<arrow::Array> values;
};
/// \param nullable  the column that the rows are of.
arrow::Result<std::vector<LeafRows>> ShredRows(const std::shared_ptr<arrow::Array>& rows,
                                               bool nullable);

/// Hand rows to the column writer of their leaf.
arrow::Status WriteLeaf(const LeafRows& rows, parquet::ColumnWriter* writer,
                        parquet::ArrowWriteContext* context);

}  // namespace lakeseed
