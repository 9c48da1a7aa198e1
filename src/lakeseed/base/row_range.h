// A half-open range of rows of one table.

#pragma once

#include <cstdint>

namespace lakeseed {

/// Rows [begin, end) of one table, counted from 0. REQUIRES: begin <= end.
struct RowRange {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t length() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

}  // namespace lakeseed
