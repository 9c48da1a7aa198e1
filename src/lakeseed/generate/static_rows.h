// StaticRows: rows made once, before day 0.
//
// Thread safety: immutable.

#pragma once

#include <algorithm>
#include <cstdint>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class StaticRows final : public RowSpace {
 public:
  /// `epoch`: days since 1970-01-01.
  StaticRows(int64_t count, int32_t epoch) : count_(count), epoch_(epoch) {}

  RowRange Extent(DaySpan) const override { return {0, count_}; }
  void DaysOf(const Rows& rows, int32_t* days) const override {
    std::fill_n(days, rows.length(), -1);
  }
  int64_t DayStart(int32_t day) const override {
    return (int64_t{epoch_} + day) * kMicrosecondsPerDay;
  }
  int64_t fixed_count() const override { return count_; }

 private:
  int64_t count_;
  int32_t epoch_;
};

}  // namespace lakeseed
