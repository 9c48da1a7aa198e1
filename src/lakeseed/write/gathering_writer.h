// GatheringWriter: a writer that gathers the statistics of its batches before they are
// encoded; a format only encodes.
//
// Thread safety: as FileWriter.

#pragma once

#include <memory>
#include <vector>

#include "lakeseed/write/batch_writer.h"
#include "lakeseed/write/statistics.h"

namespace lakeseed {

class GatheringWriter : public BatchWriter {
 protected:
  using BatchWriter::BatchWriter;

  /// Open the staged file. A subclass calls this before it encodes anything.
  arrow::Status Open(Storage* storage);

  /// Encode a batch, cut as the batches came.
  virtual arrow::Status Encode(const arrow::RecordBatch& batch) = 0;

 private:
  arrow::Status Append(const MadeRows& rows) final;
  arrow::Result<ColumnStatistics> StatisticsOfColumn(int column) const final;

  std::vector<std::unique_ptr<StatisticsGatherer>> statistics_;
};

}  // namespace lakeseed
