// ChoosingEncoder: looks at the first rows of a column, at most a page of them, and then
// chooses the encoder that they and all later rows go to.
//
// Law: the choice depends on the rows, not on how they were cut into arrays.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <arrow/array.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

class ChoosingEncoder : public ColumnEncoder {
 public:
  ChoosingEncoder(const ColumnLayout& column, const Options& options)
      : column_(column), options_(options) {}

  arrow::Status Add(const arrow::Array& rows) final;
  arrow::Status AddBlocks(const ColumnBlocks& blocks, int64_t begin, int64_t count) final;
  arrow::Status EndPage() final;
  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) final;
  bool is_compressed() const final;
  arrow::Result<ColumnStatistics> Statistics(std::string name) const final;

 protected:
  /// Look at rows; returns how many it took: all, or those until it knows enough.
  virtual int64_t Look(const arrow::ArrayData& rows) = 0;
  virtual bool knows_enough() const = 0;
  /// Called once, with the rows that it looked at.
  virtual arrow::Result<std::unique_ptr<ColumnEncoder>> Choose(
      const arrow::ArrayVector& rows) = 0;

  const ColumnLayout& column() const { return column_; }
  const Options& options() const { return options_; }

 private:
  arrow::Status SetEncoder();

  const ColumnLayout column_;
  const Options options_;
  std::unique_ptr<ColumnEncoder> encoder_;
  arrow::ArrayVector waiting_;
};

}  // namespace lakeseed
