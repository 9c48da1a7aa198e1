// EventRows: so many rows a day, in time order; days and hours are the zone's. Some
// may arrive late.
//
// Thread safety: immutable.

#pragma once

#include <memory>
#include <span>
#include <utility>

#include "lakeseed/generate/arrival.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/funnel.h"
#include "lakeseed/generate/hours.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class EventRows final : public RowSpace {
 public:
  /// `epoch`: days since 1970-01-01. `late`: empty if each row arrives on its day.
  /// `funnel`: which rows have a match, and then `days` are the funnel's; or nullptr.
  EventRows(DayIndex days, Hours hours, int32_t epoch, const Key& arrival_key = {},
            std::span<const LateShare> late = {},
            std::unique_ptr<const Funnel> funnel = nullptr)
      : days_(std::move(days)),
        hours_(std::move(hours)),
        epoch_(epoch),
        funnel_(std::move(funnel)) {
    if (!late.empty()) arrival_ = std::make_unique<Arrival>(arrival_key, days_, late);
  }

  RowRange Extent(DaySpan days) const override {
    return {days_.Before(days.first), days_.Before(days.last + 1)};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override;
  void ArrivalDaysOf(const Rows& rows, int32_t* days) const override;
  const Arrival* arrival() const override { return arrival_.get(); }
  const Funnel* funnel() const override { return funnel_.get(); }
  bool has_times() const override { return true; }
  void TimesOf(const Rows& rows, int64_t* times) const override;
  int64_t DayStart(int32_t day) const override {
    return hours_.zone().DayStart(epoch_ + day);
  }

  const DayIndex& days() const { return days_; }

 private:
  DayIndex days_;
  Hours hours_;
  int32_t epoch_;
  std::unique_ptr<const Arrival> arrival_;
  std::unique_ptr<const Funnel> funnel_;
};

}  // namespace lakeseed
