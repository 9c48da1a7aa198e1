// Schedule: each member has exactly one event in every cycle of P days that it is there
// for from the first day to the last. Cycles may be held together, so that members take
// part in all cycles of a group or in none; and a share of them may do.
//
// Law: the event of a member in cycle k is its event number k, so how many came before
//      needs no sum (with a share of 1).
// Law: both: member e of a day, and the day of a member, are inverse.
// Method: x = permutation of the cycle at the member; the cycle's events are dealt to its
//      days by their weights, in the order of x.
//
// Days count from the epoch. Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/roster.h"

namespace lakeseed {

struct ScheduleTerms {
  int32_t hold = 1;   ///< Who takes part is there for a whole group of so many cycles,
  int32_t tail = 0;   ///< and for so many days after it.
  int64_t least = 1;  ///< A group with fewer members has no events.
  double share = 1;   ///< Of those who take part, so many have an event in a cycle.
};

class Schedule {
 public:
  /// Of all events, counted from 0.
  struct Event {
    int32_t day = 0;
    int64_t number = 0;
  };

  /// `weights`: of the days from the epoch on; whole cycles of them count. Equal weights
  /// deal evenly.
  /// \retval Invalid  a cycle in which no day has a weight
  static arrow::Result<Schedule> Make(const Key& key, Roster members, int32_t period,
                                      std::span<const int64_t> weights,
                                      const ScheduleTerms& terms = {});

  const Roster& members() const { return members_; }
  int32_t period() const { return period_; }
  /// Days that may be asked for.
  int32_t days() const { return static_cast<int32_t>(before_.size()) - 1; }

  /// Events of all cycles before `day`. REQUIRES: 0 <= day <= days().
  int64_t Before(int32_t day) const;
  /// Events of the day. REQUIRES: day < days().
  int64_t Count(int32_t day) const { return Before(day + 1) - Before(day); }

  /// A cycle with those who have an event in it, and their permutation.
  struct Cycle {
    int32_t number = 0;
    Roster::Present present;
    Bijection order;
  };
  Cycle CycleOf(int32_t day) const;
  /// Whose events of the day are, by their number on it; the cycle is the day's, and
  /// `members` may be `events` itself.
  void MembersOf(const Cycle& cycle, int32_t day, std::span<const int64_t> events,
                 int64_t* members) const;
  /// Events of a member in all cycles before `number`, and the first cycle that it has.
  DaySpan CyclesOf(int64_t member) const;
  /// Groups of the member, of those before the cycle's, and how many of them have events.
  struct Groups {
    int32_t first = 0;
    int64_t all = 0, with_events = 0;
  };
  Groups GroupsBefore(const Cycle& cycle, int64_t member) const;
  /// Events of the member before the day, whose cycle is given; as if it had one in each
  /// cycle of groups without events. REQUIRES: a share of 1.
  int64_t DoneBefore(const Cycle& cycle, int64_t member, int32_t day) const;
  /// Whose an event of the cycle is, by its number among all.
  int64_t MemberOf(const Cycle& cycle, int64_t event) const;
  /// The member's event in the cycle, if it has one.
  std::optional<Event> EventIn(const Cycle& cycle, int64_t member) const;

 private:
  Schedule() = default;
  Roster::Present PresentIn(int32_t cycle) const;
  int32_t group_days() const { return period_ * terms_.hold; }
  /// Events of the day's cycle before it, of so many.
  int64_t Cut(int32_t day, int64_t events) const;
  int64_t EventsIn(int32_t cycle) const {
    return before_cycle_[static_cast<size_t>(cycle) + 1] -
           before_cycle_[static_cast<size_t>(cycle)];
  }

  Key key_;
  Roster members_;
  int32_t period_ = 1;
  ScheduleTerms terms_;
  std::vector<int64_t> before_;        ///< Weight of the days before each.
  std::vector<int64_t> before_cycle_;  ///< Events before each cycle.
  std::vector<int32_t> empty_;         ///< Groups without events before each.
};

}  // namespace lakeseed
