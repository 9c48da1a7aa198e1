// Rows: which rows of a table are wanted, as a dense range or as row numbers.
//
// Ranges are what tables are written from; row numbers are what foreign keys
// ask of a parent, in any order and with repeats. Every generator answers both
// with the same values.
//
// Thread safety: immutable; copies share the row numbers.

#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/base/row_range.h"

namespace lakeseed {

class Rows {
 public:
  Rows() = default;
  explicit Rows(RowRange range) : range_(range) {}
  explicit Rows(std::vector<int64_t> numbers)
      : numbers_(std::make_shared<const std::vector<int64_t>>(std::move(numbers))),
        range_{0, static_cast<int64_t>(numbers_->size())} {}

  int64_t length() const { return range_.length(); }
  bool is_range() const { return numbers_ == nullptr; }
  /// REQUIRES: is_range().
  RowRange range() const { return range_; }
  /// Row number of the i-th wanted row.
  int64_t operator[](int64_t i) const {
    return numbers_ == nullptr ? range_.begin + i
                               : (*numbers_)[static_cast<size_t>(range_.begin + i)];
  }
  /// Row numbers in memory, or nullptr for a range.
  const int64_t* numbers() const {
    return numbers_ == nullptr ? nullptr : numbers_->data() + range_.begin;
  }
  /// Wanted rows [begin, end) of these.
  Rows Slice(int64_t begin, int64_t end) const {
    Rows part = *this;
    part.range_ = {range_.begin + begin, range_.begin + end};
    return part;
  }

 private:
  std::shared_ptr<const std::vector<int64_t>> numbers_;
  RowRange range_;  ///< Of row numbers, or of places in numbers_.
};

}  // namespace lakeseed
