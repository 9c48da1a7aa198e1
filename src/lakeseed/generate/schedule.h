// Schedule: each of n members has exactly one event in every cycle of P days.
//
// Law: event k of a member is that of cycle k: its number is its cycle, so how many
//      came before needs no sum.
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

namespace lakeseed {

class Schedule {
 public:
  /// `weights`: of the days from the epoch on; whole cycles of them count. Equal weights
  /// deal evenly.
  /// \retval Invalid  a cycle in which no day has a weight
  static arrow::Result<Schedule> Make(const Key& key, int64_t members, int32_t period,
                                      std::span<const int64_t> weights);

  int64_t members() const { return members_; }
  int32_t period() const { return period_; }
  /// Days that may be asked for.
  int32_t days() const { return static_cast<int32_t>(before_.size()) - 1; }

  /// Events of all cycles before `day`. REQUIRES: 0 <= day <= days().
  int64_t Before(int32_t day) const;
  /// Events of the day. REQUIRES: day < days().
  int64_t Count(int32_t day) const { return Before(day + 1) - Before(day); }

  /// Members with an event on the day, in its own order.
  std::vector<int64_t> MembersOn(int32_t day) const;

  /// The cycle's permutation, for DayOf.
  Bijection OrderOf(int32_t cycle) const { return Bijection(key_.Sub(cycle), members_); }
  /// Day of the member's event in the cycle whose order is given.
  int32_t DayOf(const Bijection& order, int32_t cycle, int64_t member) const;

 private:
  Schedule() = default;
  int64_t Cut(int32_t day) const;  ///< Events of the day's cycle before it.

  Key key_;
  int64_t members_ = 0;
  int32_t period_ = 1;
  std::vector<int64_t> before_;  ///< Weight of the days before each.
};

}  // namespace lakeseed
