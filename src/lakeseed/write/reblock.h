// Reblocker: any sequence of batches as blocks of kBlockRows rows.
//
// Law: the blocks, and every byte an encoder can see of them, depend on the rows
// alone, not on how they were cut into batches. Blocks are counted from the first
// row; only the last may be shorter. An aligned batch passes without a copy.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/status.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace lakeseed {

class Reblocker {
 public:
  using Sink = std::function<arrow::Status(const arrow::RecordBatch& block)>;

  Reblocker(std::shared_ptr<arrow::Schema> schema, Sink sink)
      : schema_(std::move(schema)), sink_(std::move(sink)) {}

  /// REQUIRES: columns of the schema's types.
  arrow::Status Add(const arrow::RecordBatch& batch);

  /// Pass on what is left.
  arrow::Status Finish();

 private:
  arrow::Status Flush();

  const std::shared_ptr<arrow::Schema> schema_;
  const Sink sink_;
  std::vector<std::vector<std::shared_ptr<arrow::Array>>> parts_;  // [part][column]
  int64_t num_rows_ = 0;
};

}  // namespace lakeseed
