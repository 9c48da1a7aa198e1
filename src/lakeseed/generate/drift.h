// How a law moves in time: by growth of its values, or from one law to the next.
//
// Laws: pure   what a row takes is a function of its day and of its own unit number
//       exact  on each day the share of the rows that take a law is the stated one, on a
//              straight line between two stated days; values grow by powers of 1 + rate
//       still  a rate of 0, shares of 0, and days up to the first change nothing
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <vector>

namespace lakeseed {

/// Values on day d are (1 + rate)^(d / unit_days) times those of the epoch.
class DriftGrowth {
 public:
  /// REQUIRES: rate > -1, unit_days > 0.
  DriftGrowth(double rate, double unit_days);
  /// Days count from the epoch, and may lie before it.
  double LevelOn(int32_t day) const;

 private:
  const double log_per_day_;
};

/// Laws 0, 1, …: the stated one, and those of the steps.
class DriftMixture {
 public:
  struct Step {
    int32_t day = 0;   ///< From the epoch.
    double share = 1;  ///< Of rows that take the step's law from that day on.
  };

  /// Shares of two neighbours among the laws; the rest of the rows take law 0.
  struct Shares {
    struct Law {
      int32_t law = 0;
      double share = 0;
    };
    Law before, after;

    /// The law of a row. REQUIRES: 0 <= unit < 1.
    int32_t LawOf(double unit) const {
      // Who has gone over stays there while the share grows. Both are looked at, as
      // nobody can guess which.
      const int32_t other = unit < after.share + before.share ? before.law : 0;
      return unit < after.share ? after.law : other;
    }
  };

  /// Up to day `from` all rows take law 0, but for steps before it, which have been made.
  /// REQUIRES: days of steps ascend; shares in [0, 1].
  DriftMixture(int32_t from, std::vector<Step> steps);

  int32_t num_laws() const { return static_cast<int32_t>(steps_.size()) + 1; }
  Shares SharesOn(int32_t day) const;

 private:
  const int32_t from_;
  const std::vector<Step> steps_;
};

}  // namespace lakeseed
