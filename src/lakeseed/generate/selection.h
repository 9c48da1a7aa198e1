// Selection: the rows of an evaluation in which a condition holds, and the way of
// values from all rows to those and back.
//
// Law: Spread(values) at the selected rows is the values; elsewhere it is the first of
// them or null, so never what no row could have.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/generate/rows.h"

namespace lakeseed {

class Selection {
 public:
  /// Of `rows` those whose bit is set; `count` of them are.
  Selection(const Rows& rows, const uint8_t* bits, int64_t count);

  /// The selected rows, in their order.
  const Rows& rows() const { return selected_; }

  /// The values of the selected rows, from those of all.
  arrow::Result<std::shared_ptr<arrow::Array>> Take(
      const std::shared_ptr<arrow::Array>& all, arrow::MemoryPool* pool) const;

  /// An array of all rows, from the values of the selected ones.
  arrow::Result<std::shared_ptr<arrow::Array>> Spread(
      const std::shared_ptr<arrow::Array>& values, arrow::MemoryPool* pool) const;

 private:
  /// For texts, which would have to be copied for each row, and where there is no value.
  arrow::Result<std::shared_ptr<arrow::Array>> SpreadWithNulls(
      const std::shared_ptr<arrow::Array>& values, arrow::MemoryPool* pool) const;

  int64_t length_;  ///< Of all rows.
  Rows selected_;
  std::vector<uint64_t> words_;  ///< The bits of the selected rows, and no others.
  std::vector<int32_t> places_;  ///< Of each selected row among all.
};

}  // namespace lakeseed
