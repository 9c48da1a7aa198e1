// BarSplit: bars cut in two: the path of a price between the ends of a bar that is known
// already, with its highest and lowest price, its mean price, its shares and its trades.
//
// What a bar is stays as it is: its two sides fold into it, exactly, in ticks, shares and
// trades, and their means weighted by shares are its mean. So a bar costs what its own
// size costs, and all sizes agree.
//
// Law: the middle of a Brownian bridge, given that the path has the bar's highest, lowest
//      and mean price. The path touches its highest price on one of the sides: the
//      density of the middle is that of the bridge times f1 F2 + F1 f2, F = 1 - e and f
//      its density, of the highest points of the sides, e = exp(-2 (H - a)(H - m) / V)
//      that a bridge from a to m goes beyond H; likewise for the lowest price. It is
//      drawn from kSteps steps of this density between the lowest and the highest price.
// Law: the highest price belongs to the left side with chance f1 F2 : F1 f2. That of the
//      other side follows the law of a bridge's maximum, below the bar's own:
//      M = (a + b + sqrt((b - a)^2 - 2 V ln U)) / 2, U above e.
// Law: the mean of a path with given ends and extremes is about normal; constants below,
//      those of Brownian paths. Sides share the mean of their bar out; where they cannot,
//      shares move to the side that the mean is nearer to, and bars take their mean in.
// Law: without the extremes' and the mean's pull the middle's variance would be that of
//      the bridge; kPrior makes up for what approximations take from it. The squares of
//      moves and of ranges, against the variance, are then alike at all levels (tested).
//
// Source: the maximum of a bridge: Borodin and Salminen 2002, Handbook of Brownian
// Motion; its use for ranges: Parkinson 1980, The extreme value method.
//
// Thread safety: pure functions.

#pragma once

#include <cstddef>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {

/// Bars, and their sides, field by field. Prices are logarithms where nothing else is
/// said, `ticks` are whole numbers.
struct BarSplits {
  static constexpr size_t kMost = 8 * kLanes;
  using Row = double[kMost];

  size_t count = 0;
  /// The bar: ends, extremes, the variance of its path; shares, trades, mean in ticks.
  Row open, close, high, low, variance, volume, trades, mean;
  Row open_ticks, close_ticks, high_ticks, low_ticks;
  Row left_minutes, right_minutes;
  Row clock;        ///< Share of the left side in the variance.
  Row price, zero;  ///< Ticks of the anchor day, and log price.
  /// Uniform draws.
  Row middle_unit, high_unit, low_unit, other_high_unit, other_low_unit;
  Row mean_unit, volume_unit, trade_unit;

  Row middle, middle_ticks;
  Row left_high, right_high, left_low, right_low;
  Row left_high_ticks, right_high_ticks, left_low_ticks, right_low_ticks;
  Row left_volume, left_trades, left_mean, right_mean;
};

/// Room for work.
struct BarSplitWork {
  BarSplits::Row range, a, b, m, mean, v1, v2, centre, square, share;
  BarSplits::Row t1, t2, r1, r2, weight, mean_z, volume_z, trade_z;
  BarSplits::Row powers[11], logs[2];
};

/// The mean of a path from a to b inside [low, high], in the mean over all such, and its
/// standard deviation.
struct TypicalMean {
  double mean, spread;
};
LAKESEED_LANES TypicalMean TypicalMeanOf(double a, double b, double high, double low) {
  using internal::Select;
  const double ends = (a + b) / 2, range = high - low;
  const double move = (b - a) / Select(range > 1e-13, range, 1e-13);
  const double pull = 0.93 + 0.9 * move * move;
  return {ends + pull * ((high + low) / 2 - ends),
          0.056 * range + 0.025 * Select(b > a, b - a, a - b)};
}

/// A mean stays within so many of these.
inline constexpr double kMostSpreads = 2.5;

/// Set the sides of `bars`; shares go with variance in a minute to the power.
void SplitBars(double volume_power, BarSplits* bars, BarSplitWork* work);

}  // namespace lakeseed
