// Fault: intervals in which a member of a series is at fault.
//
// Law: in each cycle of `period` steps just so many members fail: member i iff
//      pi_c(i) < planned(c); start and length are cells of (member, cycle); the length is
//      at most a cycle, so two cycles say whether a step is in a fault.
// Law: the labels of a cycle are those intervals and no others.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

class Fault {
 public:
  struct Options {
    int64_t members = 1;
    int64_t period = 288;  ///< Steps of a cycle.
    double share = 0;      ///< Faults per member and cycle, 0 to 1.
    int64_t longest = 1;   ///< Steps, 1 to `period`.
  };
  /// Steps of one member, end excluded; empty where it does not fail.
  struct Interval {
    int64_t start = 0, end = 0;
    bool holds(int64_t step) const { return start <= step && step < end; }
  };

  Fault(const Key& key, const Options& options) : key_(key), options_(options) {}

  const Options& options() const { return options_; }
  int64_t CycleOf(int64_t step) const { return step / options_.period; }
  /// Members that fail in a cycle.
  int64_t Planned(int64_t cycle) const;
  /// Of each member the interval that starts in a cycle. REQUIRES: cycle >= 0.
  std::vector<Interval> IntervalsOf(int64_t cycle) const;

 private:
  Key key_;
  Options options_;
};

}  // namespace lakeseed
