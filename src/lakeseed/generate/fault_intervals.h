// FaultIntervals: the intervals of fault.h by cycle, kept once they were made, and a
// cursor that goes through them in the order of the rows.
//
// Thread safety: intervals of any number of threads; a cursor belongs to one.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/fault.h"
#include "lakeseed/generate/memo.h"

namespace lakeseed {

inline constexpr int64_t kFaultCycle = 288;  ///< Steps of a cycle.

/// Intervals of faults, kept by cycle.
class FaultIntervals {
 public:
  FaultIntervals(const Key& key, const Fault::Options& options)
      : fault_(key, options), kept_(kKeptBytes) {}

  /// Those of a cycle; none before the first.
  std::shared_ptr<const std::vector<Fault::Interval>> Of(int64_t cycle) const {
    const auto bytes = options().members * int64_t{sizeof(Fault::Interval)};
    return kept_.Get(cycle, bytes, [&] {
      return cycle < 0
                 ? std::vector<Fault::Interval>(static_cast<size_t>(options().members))
                 : fault_.IntervalsOf(cycle);
    });
  }
  const Fault::Options& options() const { return fault_.options(); }
  int64_t CycleOf(int64_t step) const { return fault_.CycleOf(step); }

 private:
  static constexpr int64_t kKeptBytes = 32 << 20;

  const Fault fault_;
  mutable Memo<int64_t, std::vector<Fault::Interval>> kept_;
};

/// Intervals around the step that was asked for last.
class FaultCursor {
 public:
  explicit FaultCursor(const FaultIntervals& intervals) : intervals_(intervals) {}

  /// The interval that holds the step or ended within `after` steps before it; empty:
  /// none.
  Fault::Interval Find(int64_t member, int64_t step, int64_t after) {
    const int64_t cycle = intervals_.CycleOf(step);
    if (now_ == nullptr || cycle != cycle_) {
      cycle_ = cycle;
      now_ = intervals_.Of(cycle);
      before_ = intervals_.Of(cycle - 1);
    }
    const auto at = static_cast<size_t>(member);
    const Fault::Interval both[] = {(*now_)[at], (*before_)[at]};
    for (const int64_t longer : {int64_t{0}, after}) {
      for (const Fault::Interval& one : both) {
        if (Fault::Interval{one.start, one.end + longer}.holds(step) &&
            one.start < one.end) {
          return one;
        }
      }
    }
    return {};
  }

 private:
  const FaultIntervals& intervals_;
  int64_t cycle_ = 0;
  std::shared_ptr<const std::vector<Fault::Interval>> now_, before_;
};

/// A share of time in faults of a mean length, as faults of a cycle.
inline Fault::Options FaultsOf(double share, int64_t longest, int64_t members) {
  const double steps = share * kFaultCycle;
  // At most one fault a cycle: longer ones where that is not enough.
  const auto least = static_cast<int64_t>(internal::Rint(2 * steps));
  longest = std::clamp<int64_t>(std::max(longest, least), 1, kFaultCycle);
  const double mean = static_cast<double>(longest + 1) / 2;
  return {.members = members,
          .period = kFaultCycle,
          .share = std::min(steps / mean, 1.0),
          .longest = longest};
}

}  // namespace lakeseed
