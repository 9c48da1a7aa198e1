// BlockWriter: a writer that encodes blocks of kBlockRows rows, cut at fixed rows of
// the file, after their statistics were gathered; a format only encodes.
//
// Thread safety: as FileWriter.

#pragma once

#include <memory>
#include <vector>

#include "lakeseed/write/batch_writer.h"
#include "lakeseed/write/reblock.h"
#include "lakeseed/write/statistics.h"

namespace lakeseed {

class BlockWriter : public BatchWriter {
 protected:
  BlockWriter(std::string format, const FileRequest& request);

  /// Open the staged file. A subclass calls this before it encodes anything.
  arrow::Status Open(Storage* storage);

  /// Encode a block of kBlockRows rows; the last may be shorter.
  virtual arrow::Status EncodeBlock(const arrow::RecordBatch& block) = 0;
  /// Encode what comes after the last block.
  virtual arrow::Status EncodeEnd() = 0;

 private:
  arrow::Status Append(const arrow::RecordBatch& batch) final;
  arrow::Status Finish() final;
  arrow::Result<ColumnStatistics> StatisticsOfColumn(int column) const final;
  arrow::Status TakeBlock(const arrow::RecordBatch& block);

  std::vector<std::unique_ptr<StatisticsGatherer>> statistics_;
  Reblocker blocks_;
};

}  // namespace lakeseed
