// BlockWriter: a writer that encodes blocks of kBlockRows rows, cut at fixed rows of
// the file: for formats whose bytes depend on where rows are cut.
//
// Thread safety: as FileWriter.

#pragma once

#include "lakeseed/write/gathering_writer.h"
#include "lakeseed/write/reblock.h"

namespace lakeseed {

class BlockWriter : public GatheringWriter {
 protected:
  BlockWriter(std::string format, const FileRequest& request)
      : GatheringWriter(std::move(format), request),
        blocks_(schema(),
                [this](const arrow::RecordBatch& block) { return EncodeBlock(block); }) {}

  /// Encode a block of kBlockRows rows; the last may be shorter.
  virtual arrow::Status EncodeBlock(const arrow::RecordBatch& block) = 0;
  /// Encode what comes after the last block.
  virtual arrow::Status EncodeEnd() = 0;

 private:
  arrow::Status Encode(const arrow::RecordBatch& batch) final {
    return blocks_.Add(batch);
  }
  arrow::Status Finish() final {
    ARROW_RETURN_NOT_OK(blocks_.Finish());
    return EncodeEnd();
  }

  Reblocker blocks_;
};

}  // namespace lakeseed
