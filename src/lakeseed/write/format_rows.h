// FormatRows, FormatShortRows: the texts of a column's rows, one after another.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/array.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "lakeseed/write/row_text.h"
#include "lakeseed/write/value_text.h"

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

/// The same of texts of at most kShortTextBytes, which write(row, memory) writes at once
/// where they belong and returns the end of.
template <typename Write>
arrow::Status FormatShortRows(const arrow::Array& array, std::string_view null,
                              ColumnText* out, Write&& write) {
  const auto num_rows = static_cast<size_t>(array.length());
  const size_t most = std::max<size_t>(kShortTextBytes, null.size());
  if (num_rows > std::numeric_limits<uint32_t>::max() / most) {
    return arrow::Status::CapacityError("texts of one block exceed 4 GiB");
  }
  out->ends.resize(num_rows);
  out->text.resize(num_rows * most);
  char* const begin = out->text.data();
  char* end = begin;
  const bool has_nulls = array.null_count() > 0;
  for (size_t row = 0; row < num_rows; ++row) {
    const auto i = static_cast<int64_t>(row);
    if (has_nulls && array.IsNull(i)) {
      end = std::copy(null.begin(), null.end(), end);
    } else {
      end = write(i, end);
    }
    out->ends[row] = static_cast<uint32_t>(end - begin);
  }
  out->text.resize(static_cast<size_t>(end - begin));
  return arrow::Status::OK();
}

}  // namespace lakeseed
