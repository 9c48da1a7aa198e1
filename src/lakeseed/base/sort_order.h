// SortOrder: how the rows of a file lie.
//
// Thread safety: plain values and a pure function.

#pragma once

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include <string>
#include <vector>

namespace lakeseed {

struct SortOrder {
  std::vector<std::string> columns;  ///< Ascending, nulls first; empty: as they come.
  /// Along a Z-order curve: rows lie near those that are alike in all the columns.
  bool is_z_order = false;

  bool empty() const { return columns.empty(); }
  bool operator==(const SortOrder&) const = default;
};

/// \retval Invalid (exit code 2)  values of this type have no order.
arrow::Status CheckSortable(const arrow::DataType& type, const std::string& column);

}  // namespace lakeseed
