// MadeRows: rows on their way to files: a record batch of which some columns are made
// only where they are written.
//
// Thread safety: immutable once made.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/column_blocks.h"

namespace lakeseed {

/// An array or blocks.
struct MadeColumn {
  std::shared_ptr<arrow::Array> array;
  std::shared_ptr<const ColumnBlocks> blocks;

  const std::shared_ptr<arrow::DataType>& type() const {
    return blocks != nullptr ? blocks->type() : array->type();
  }
  int64_t null_count() const {
    return blocks != nullptr ? blocks->null_count() : array->null_count();
  }
};

class MadeRows {
 public:
  /// REQUIRES: a column for each field, each of so many rows.
  MadeRows(std::shared_ptr<arrow::Schema> schema, int64_t num_rows,
           std::vector<MadeColumn> columns)
      : schema_(std::move(schema)), num_rows_(num_rows), columns_(std::move(columns)) {}
  /// Of arrays alone: a batch is such rows.
  MadeRows(const arrow::RecordBatch& batch);

  int64_t num_rows() const { return num_rows_; }
  const std::vector<MadeColumn>& columns() const { return columns_; }

  /// Some of the columns.
  MadeRows Select(std::span<const int> columns) const;

  /// Arrays of all columns.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> ToBatch(
      arrow::MemoryPool* pool) const;

 private:
  std::shared_ptr<arrow::Schema> schema_;
  int64_t num_rows_;
  std::vector<MadeColumn> columns_;
};

}  // namespace lakeseed
