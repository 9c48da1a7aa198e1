// DirtyCells: one column's values with some cells wrong on purpose.
//
// Laws: still   cells that are not hit, and nulls, stay as they are
//       split   a cell depends on its row and its clean value alone
//       truth   a hit cell that had a value differs from it
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/base/dirty_rows.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/dirt_spec.h"

namespace lakeseed {

class DirtyCells {
 public:
  DirtyCells(const CellDirt& dirt, const Key& key);

  /// Why the dirt cannot be on values of that type; empty: it can.
  std::string WhyNot(const arrow::DataType& type) const;
  /// Type of dirty columns of the values' type: texts are no categories any more.
  std::shared_ptr<arrow::DataType> TypeOf(
      const std::shared_ptr<arrow::DataType>& type) const;
  ColumnShape ShapeOf(ColumnShape shape) const;

  /// Of each row 1 if it is hit, else 0.
  std::vector<uint8_t> HitsOf(const Rows& rows) const;
  /// \retval Invalid  an outlier is out of the type
  arrow::Result<std::shared_ptr<arrow::Array>> Apply(
      const std::shared_ptr<arrow::Array>& clean, const Rows& rows,
      arrow::MemoryPool* pool) const;

  const CellDirt& dirt() const { return dirt_; }

 private:
  const CellDirt dirt_;
  const Key key_;
  const DirtyRows rows_;
};

}  // namespace lakeseed
