// FormatRows: the texts of a column's rows, one after another.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/array.h>

#include <limits>
#include <string_view>

#include "lakeseed/write/row_text.h"

namespace lakeseed {

/// Replace `out` by what append(row, text) appends for each row, and `null` for nulls. A
/// functor per type keeps the loop free of dispatch.
template <typename Append>
arrow::Status FormatRows(const arrow::Array& array, std::string_view null,
                         ColumnText* out, Append&& append) {
  out->text.clear();
  out->ends.resize(static_cast<size_t>(array.length()));
  const bool has_nulls = array.null_count() > 0;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (has_nulls && array.IsNull(row)) {
      out->text.append(null);
    } else {
      append(row, &out->text);
    }
    out->ends[static_cast<size_t>(row)] = static_cast<uint32_t>(out->text.size());
  }
  // A block of 65,536 rows would need texts of 64 KiB each to come here.
  if (out->text.size() > std::numeric_limits<uint32_t>::max()) {
    return arrow::Status::CapacityError("texts of one block exceed 4 GiB");
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
