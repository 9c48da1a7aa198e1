// HistoryRows: a row for every version of every member of a population (SCD2).
//
// Rows stand in order of appearance: the founders; then for each day its births (first
// versions), then its changes. So row = members born up to its day + changes before it,
// dense from 0, and nothing is renumbered when the history grows longer.
//
// Laws:  both    VersionsOf and KeysOf are inverse: the version of a row, on any day of
//                its interval, has that row
//        as of   a version ends with the next change, or else with the death; until that
//                day is known (end <= as-of day) it is open
//
// Thread safety: as Population and Changes.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/generate/prefix_index.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class HistoryRows final : public RowSpace {
 public:
  /// Versions of some rows, one place for each.
  struct Versions {
    std::vector<int64_t> members;  ///< From 0.
    std::vector<int32_t> numbers;  ///< From 1.
    std::vector<int32_t> starts;   ///< First days; -1: first versions of founders.
    std::vector<int32_t> from;     ///< The same, but founders on their days of birth.
  };

  /// `base` must live longer. REQUIRES: base.population() != nullptr.
  explicit HistoryRows(const RowSpace& base);

  RowRange Extent(DaySpan days) const override { return {0, start_[days.last + 2]}; }
  void DaysOf(const Rows& rows, int32_t* days) const override;
  int64_t DayStart(int32_t day) const override { return base_.DayStart(day); }
  const HistoryRows* history() const override { return this; }

  /// Days -1 .. horizon() - 1 may be asked for.
  int32_t horizon() const { return start_.groups() - 1; }

  Versions VersionsOf(const Rows& rows) const;
  /// Day on which each version ends, as known on `views` (one day for each), or kNoDay.
  void EndsOf(const Versions& versions, const int32_t* views, int32_t* ends) const;
  /// Row of the version that a member has on a day; of the last one after its death.
  /// REQUIRES: born up to the day.
  int64_t KeyOf(int64_t member, int32_t day) const;
  /// The same for many, each on a day of its own.
  void KeysOf(std::span<const int64_t> members, const int32_t* days, int64_t* keys) const;

 private:
  int64_t FirstKeyOf(int64_t member) const;

  const RowSpace& base_;
  const Population& population_;
  const Changes* changes_;  ///< Null: one version for each member.
  PrefixIndex start_;       ///< Rows by day of appearance, from -1 on.
};

}  // namespace lakeseed
