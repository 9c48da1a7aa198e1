// BlockWriter: what all file writers share. It checks the batches, cuts them into
// blocks, gathers the statistics and publishes the file; a format only encodes.
//
// Thread safety: as FileWriter.

#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <vector>

#include "lakeseed/write/file_format.h"
#include "lakeseed/write/reblock.h"
#include "lakeseed/write/statistics.h"

namespace lakeseed {

/// The schema that the columns of a request declare.
std::shared_ptr<arrow::Schema> SchemaOf(std::span<const ColumnLayout> columns);

class BlockWriter : public FileWriter {
 public:
  arrow::Status Write(const arrow::RecordBatch& batch) final;
  arrow::Result<DataFile> Close() final;
  arrow::Status Abort() final;

 protected:
  BlockWriter(std::string format, const FileRequest& request);

  /// Open the staged file. A subclass calls this before it encodes anything.
  arrow::Status Open(Storage* storage);

  /// Encode a block of kBlockRows rows; the last may be shorter.
  virtual arrow::Status EncodeBlock(const arrow::RecordBatch& block) = 0;
  /// Encode what comes after the last block.
  virtual arrow::Status EncodeEnd() = 0;

  const FileRequest& request() const { return request_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const std::shared_ptr<arrow::io::OutputStream>& stream() const {
    return staged_->stream();
  }

 private:
  arrow::Status Check(const arrow::RecordBatch& batch) const;
  arrow::Status TakeBlock(const arrow::RecordBatch& block);
  arrow::Result<DataFile> Finish();
  /// Abort at the first failure and stay failed.
  arrow::Status Keep(arrow::Status status);

  const std::string format_;
  const FileRequest request_;
  const std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<StatisticsGatherer>> statistics_;
  Reblocker blocks_;
  std::unique_ptr<StagedFile> staged_;
  int64_t num_rows_ = 0;
  arrow::Status ended_;  // Not OK once closed, aborted or failed.
};

}  // namespace lakeseed
