// ChildRows: the children of another table's rows, in the order of their parents.
//
// A child's day, arrival and instant are its parent's.
//
// Thread safety: as the parent's space and Fanout.

#pragma once

#include <memory>
#include <utility>

#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class ChildRows final : public RowSpace {
 public:
  /// `parent` must live longer.
  ChildRows(const RowSpace& parent, std::unique_ptr<Fanout> fanout)
      : parent_(parent), fanout_(std::move(fanout)) {}

  RowRange Extent(DaySpan days) const override {
    const RowRange parents = parent_.Extent(days);
    return {fanout_->FirstChild(parents.begin), fanout_->FirstChild(parents.end)};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override;
  void ArrivalDaysOf(const Rows& rows, int32_t* days) const override;
  const Arrival* arrival() const override { return parent_.arrival(); }
  bool has_times() const override { return parent_.has_times(); }
  void TimesOf(const Rows& rows, int64_t* times) const override;
  int64_t DayStart(int32_t day) const override { return parent_.DayStart(day); }
  const RowSpace* parent() const override { return &parent_; }
  const Fanout* fanout() const override { return fanout_.get(); }
  int64_t fixed_count() const override {
    const int64_t parents = parent_.fixed_count();
    return parents < 0 ? -1 : fanout_->FirstChild(parents);
  }

 private:
  const RowSpace& parent_;
  std::unique_ptr<Fanout> fanout_;
};

}  // namespace lakeseed
