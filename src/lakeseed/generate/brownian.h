// Brownian: the path of a log price by random access, on a random clock of variance.
//
// A tree over 2^15 trading days from the epoch (130 years) down to blocks of 256 days;
// inside a block a tree over its days; a day begins with its night. A node owns one cell,
// its midpoint. Inside the session: bar_tree.h.
//
// Law: mid = left + (right - left) w + z sqrt(V w (1 - w)), w the share of the left half
//      on the clock: a Brownian bridge.
// Law: the clock of a block is a table: V(day) = exp(a noise(day)), octaves of equal
//      power with periods of 2 to 128 days, scaled to the variance of the block. (Halving
//      variances at random instead makes siblings repel at every scale, and the
//      autocorrelation of |r| dies at once.) The clock of a session: session_clock.h.
// Law: with leverage the days after a fall are livelier than those after a rise: the log
//      of a day's variance takes L, of which nine tenths stay from day to day and which
//      each day's draw z moves by -leverage z. Days are drawn one by one then, and the
//      path is bent to the block's ends in proportion to the clock: the same bridge.
// Law: nothing depends on the range asked for.
//
// Source: Li et al., AISTATS 2020 (virtual Brownian tree); Mandelbrot, Fisher and Calvet
// 1997 (clocks of variance); Bouchaud, Matacz and Potters 2001 (leverage, which fades).
//
// Thread safety: immutable.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

class Brownian {
 public:
  static constexpr int kLevels = 15;
  static constexpr int kBlockBits = 8;
  static constexpr int32_t kBlockDays = 1 << kBlockBits;
  static constexpr int32_t kDays = 1 << kLevels;  ///< Days that there are.

  struct Options {
    double sigma = 0.02;  ///< Standard deviation of a day.
    double day_spread = 1.0;
    double leverage = 0;
  };
  /// Points of a path, and the variance between each and the next. Points behind the last
  /// variance mean nothing.
  struct Path {
    std::vector<double> marks;
    std::vector<double> variances;
  };
  struct Day {
    double start = 0, end = 0;  ///< Closing of the day before, and its own.
    double variance = 0;
  };

  Brownian(const Key& key, const Options& options) : key_(key), options_(options) {}

  const Options& options() const { return options_; }

  /// The days of a block. REQUIRES: 0 <= block < kDays / kBlockDays.
  Path BlockOf(int32_t block) const;
  static Day DayOf(const Path& block, int32_t day) {
    const auto at = static_cast<size_t>(day % kBlockDays);
    return {block.marks[at], block.marks[at + 1], block.variances[at]};
  }
  /// Where a session opens after its night, of whose normal number `z` is.
  static double OpenOf(const Day& of, double overnight, double z) {
    return of.start + (of.end - of.start) * overnight +
           std::sqrt(of.variance * overnight * (1 - overnight)) * z;
  }
  /// Stream of the clocks of sessions, and of a day, whose cell 0 is its night's.
  Key ClockKey() const;
  Key DayKey(int32_t day) const;

 private:
  Key key_;
  Options options_;
};

}  // namespace lakeseed
