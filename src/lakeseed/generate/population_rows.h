// PopulationRows: a row for every member that was ever born, in birth order.
//
// Thread safety: as Population.

#pragma once

#include <memory>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class PopulationRows final : public RowSpace {
 public:
  /// `changes` may be null and refers to `population`. `epoch`: since 1970-01-01.
  /// `grows`: members are born after the epoch.
  PopulationRows(std::unique_ptr<Population> population, std::unique_ptr<Changes> changes,
                 int32_t epoch, bool grows)
      : population_(std::move(population)),
        changes_(std::move(changes)),
        epoch_(epoch),
        grows_(grows) {}

  RowRange Extent(DaySpan days) const override {
    return {0, population_->Ever(days.last)};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override {
    population_->CohortsOf(rows, days);
    for (int64_t i = 0; i < rows.length(); ++i) --days[i];
  }
  void BornOf(const Rows& rows, int32_t* days) const override {
    population_->BornOf(rows, days);
  }
  int64_t DayStart(int32_t day) const override {
    return (int64_t{epoch_} + day) * kMicrosecondsPerDay;
  }
  const Population* population() const override { return population_.get(); }
  const Changes* changes() const override { return changes_.get(); }
  int64_t fixed_count() const override { return grows_ ? -1 : population_->Ever(-1); }

 private:
  std::unique_ptr<Population> population_;
  std::unique_ptr<Changes> changes_;
  int32_t epoch_;
  bool grows_;
};

}  // namespace lakeseed
