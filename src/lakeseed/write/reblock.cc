#include "lakeseed/write/reblock.h"

#include <arrow/array/concatenate.h>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

arrow::Status Reblocker::Add(const arrow::RecordBatch& batch) {
  int64_t begin = 0;
  while (begin < batch.num_rows()) {
    const int64_t rows = std::min(kBlockRows - num_rows_, batch.num_rows() - begin);
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (const auto& column : batch.columns()) {
      columns.push_back(rows == batch.num_rows() ? column : column->Slice(begin, rows));
    }
    begin += rows;
    if (rows == kBlockRows) {
      ARROW_RETURN_NOT_OK(
          sink_(*arrow::RecordBatch::Make(schema_, rows, std::move(columns))));
      continue;
    }
    parts_.push_back(std::move(columns));
    num_rows_ += rows;
    if (num_rows_ == kBlockRows) ARROW_RETURN_NOT_OK(Flush());
  }
  return arrow::Status::OK();
}

arrow::Status Reblocker::Finish() {
  return num_rows_ == 0 ? arrow::Status::OK() : Flush();
}

arrow::Status Reblocker::Flush() {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    std::vector<std::shared_ptr<arrow::Array>> pieces;
    for (const auto& part : parts_) pieces.push_back(part[static_cast<size_t>(i)]);
    // A single short piece is copied as well: a slice would show its neighbours'
    // bits in the last byte of a bitmap.
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(pieces));
    columns.push_back(std::move(whole));
  }
  parts_.clear();
  const int64_t rows = std::exchange(num_rows_, 0);
  return sink_(*arrow::RecordBatch::Make(schema_, rows, std::move(columns)));
}

}  // namespace lakeseed
