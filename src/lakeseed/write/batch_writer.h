// BatchWriter: what all file writers share. It checks the rows, keeps the life
// of the file (open, written, closed or aborted) and publishes it with its facts.
//
// Thread safety: as FileWriter.

#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

/// The schema that the columns of a request declare.
std::shared_ptr<arrow::Schema> SchemaOf(std::span<const ColumnLayout> columns);

class BatchWriter : public FileWriter {
 public:
  arrow::Status Write(const MadeRows& rows) final;
  arrow::Result<DataFile> Close() final;
  arrow::Status Abort() final;

 protected:
  BatchWriter(std::string format, const FileRequest& request);

  /// Open the staged file. A subclass calls this before it encodes anything.
  arrow::Status Open(Storage* storage);

  /// Encode any number of rows; they have passed the checks.
  virtual arrow::Status Append(const MadeRows& rows) = 0;
  /// Encode what is left and what ends a file.
  virtual arrow::Status Finish() = 0;
  /// Of all rows of the file, asked once after Finish().
  virtual arrow::Result<ColumnStatistics> StatisticsOfColumn(int column) const = 0;

  const FileRequest& request() const { return request_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const std::shared_ptr<arrow::io::OutputStream>& stream() const {
    return staged_->stream();
  }

 private:
  arrow::Status Check(const MadeRows& rows) const;
  arrow::Result<DataFile> Publish();
  /// Abort at the first failure and stay failed.
  arrow::Status Keep(arrow::Status status);

  const std::string format_;
  const FileRequest request_;
  const std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<StagedFile> staged_;
  int64_t num_rows_ = 0;
  arrow::Status ended_;  // Not OK once closed, aborted or failed.
};

}  // namespace lakeseed
