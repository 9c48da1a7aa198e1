// BlockKernel: what writes the values of any rows into memory that it is given: that of
// an array, or a block of an encoder's.
//
// Law: Fill() writes a value for each row, none of which is null, the same in whatever
// cuts and order the rows are asked for.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

#include "lakeseed/base/column_blocks.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class BlockKernel {
 public:
  virtual ~BlockKernel() = default;

  /// Write rows.length() values as an array of them has them in memory.
  virtual void Fill(const Rows& rows, void* out) const = 0;
};

/// Blocks of rows. REQUIRES: values of 4 or 8 bytes; the kernel outlives the blocks;
/// `dictionary` is of a dictionary type, else nullptr.
std::shared_ptr<const ColumnBlocks> MakeBlocks(const BlockKernel& kernel,
                                               std::shared_ptr<arrow::DataType> type,
                                               std::shared_ptr<arrow::Array> dictionary,
                                               const Rows& rows);

/// A generator that is a kernel and needs no inputs.
class KernelGenerator : public ColumnGenerator, public BlockKernel {
 public:
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const final;
  std::shared_ptr<const ColumnBlocks> Blocks(const GenerateRequest& request) const final;
};

}  // namespace lakeseed
