// Schedule: each member has exactly one event in every cycle of P days that it is there
// for from the first day to the last.
//
// Law: the event of a member in cycle k is its event number k, so how many came before
//      needs no sum.
// Law: both: member e of a day, and the day of a member, are inverse.
// Method: x = permutation of the cycle at the member; the cycle's events are dealt to its
//      days by their weights, in the order of x.
//
// Days count from the epoch. Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/roster.h"

namespace lakeseed {

class Schedule {
 public:
  /// `weights`: of the days from the epoch on; whole cycles of them count. Equal weights
  /// deal evenly.
  /// \retval Invalid  a cycle in which no day has a weight
  static arrow::Result<Schedule> Make(const Key& key, Roster members, int32_t period,
                                      std::span<const int64_t> weights);

  const Roster& members() const { return members_; }
  int32_t period() const { return period_; }
  /// Days that may be asked for.
  int32_t days() const { return static_cast<int32_t>(before_.size()) - 1; }

  /// Events of all cycles before `day`. REQUIRES: 0 <= day <= days().
  int64_t Before(int32_t day) const;
  /// Events of the day. REQUIRES: day < days().
  int64_t Count(int32_t day) const { return Before(day + 1) - Before(day); }

  /// Members with an event on the day, in its own order.
  std::vector<int64_t> MembersOn(int32_t day) const;

  /// A cycle with those who have an event in it, and their permutation.
  struct Cycle {
    int32_t number = 0;
    Roster::Present present;
    Bijection order;
  };
  Cycle CycleOf(int32_t day) const;
  /// Events of a member in all cycles before `number`, and the first cycle that it has.
  DaySpan CyclesOf(int64_t member) const;
  /// Events of the member before the day, whose cycle is given.
  int64_t DoneBefore(const Cycle& cycle, int64_t member, int32_t day) const;

 private:
  Schedule() = default;
  Roster::Present PresentIn(int32_t cycle) const {
    return members_.Between({cycle * period_, (cycle + 1) * period_ - 1});
  }
  /// Events of the day's cycle before it, of so many.
  int64_t Cut(int32_t day, int64_t events) const;
  int64_t EventsIn(int32_t cycle) const {
    return before_cycle_[static_cast<size_t>(cycle) + 1] -
           before_cycle_[static_cast<size_t>(cycle)];
  }

  Key key_;
  Roster members_;
  int32_t period_ = 1;
  std::vector<int64_t> before_;        ///< Weight of the days before each.
  std::vector<int64_t> before_cycle_;  ///< Events before each cycle.
};

}  // namespace lakeseed
