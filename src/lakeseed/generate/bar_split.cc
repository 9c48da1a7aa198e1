#include "lakeseed/generate/bar_split.h"

#include <cmath>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

using internal::Select;
using Work = BarSplitWork;

constexpr int kSteps = 8;  ///< Of the density of the middle.
constexpr double kStep = 1.0 / kSteps;
constexpr double kPrior = 1.6;
/// Variances against the square of a bar's range are at least this, so that the density
/// is not narrower than its steps.
constexpr double kLeastVariance = 1.0 / 64, kLeastPrior = 1.0 / 600;
constexpr double kLeastRange = 1e-13;
/// What the square of a range counts beside the variance for shares: about as much.
constexpr double kSquare = 0.36;
/// Ticks that a mean may be beyond an extreme by: what rounding makes of it.
constexpr double kTolerance = 1e-6;
/// A side keeps this part of its share where the mean pulls at it.
constexpr double kKeptShare = 0.5;

/// Exponents: of the four laws of extremes at the first step and from step to step, and
/// of the normal density at the first step, of its ratio and the ratio's ratio.
enum : size_t { kHigh1, kHigh2, kLow1, kLow2, kRatios = 4, kNormal = 8, kRatio, kRatio2 };

LAKESEED_LANES double Least(double a, double b) { return Select(b < a, b, a); }
LAKESEED_LANES double Most(double a, double b) { return Select(a < b, b, a); }
LAKESEED_LANES double Within(double x, double least, double most) {
  return Most(Least(x, most), least);
}

/// Weights of a point for its sides to have the extremes: f1 F2 and F1 f2.
struct Sides {
  double left, right;
};
LAKESEED_LANES Sides SidesOf(double to_a, double to_b, double to_m, double v1, double v2,
                             double e1, double e2) {
  return {(to_a + to_m) / v1 * e1 * Most(1 - e2, 0.0),
          (to_m + to_b) / v2 * e2 * Most(1 - e1, 0.0)};
}

/// The bar in parts of its range, 0 at its lowest price, and the normal law of its middle
/// given its mean. Logarithms of the mean are in work.mean.
LAKESEED_KERNEL(void, Normalise, (const BarSplits& bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double low = bars.low[i], range = Most(bars.high[i] - low, kLeastRange);
    const double a = Within((bars.open[i] - low) / range, 0.0, 1.0);
    const double b = Within((bars.close[i] - low) / range, 0.0, 1.0);
    const double at = work.mean[i] + bars.zero[i];
    const double mean = Within((at - low) / range, 0.0, 1.0);
    const double w = bars.clock[i], square = range * range;
    const double prior =
        Most(kPrior * bars.variance[i] * w * (1 - w) / square, kLeastPrior);
    // The mean is about `pull` of the extremes' middle and `share` of this one.
    const double ends = (a + b) / 2, move = Select(a < b, b - a, a - b);
    const double pull = 0.79 + 0.35 * move * move, share = 0.10 + 0.27 * move;
    const double told = ends + (mean - ends - pull * (0.5 - ends)) / share;
    const double doubt = 0.053 / share;
    const double gain = prior / (prior + doubt * doubt);
    const double free = a + (b - a) * w;
    work.range[i] = range;
    work.a[i] = a, work.b[i] = b, work.mean[i] = mean;
    work.v1[i] = Most(bars.variance[i] * w / square, kLeastVariance);
    work.v2[i] = Most(bars.variance[i] * (1 - w) / square, kLeastVariance);
    work.centre[i] = Within(free + gain * (told - free), -0.5, 1.5);
    work.square[i] = prior * (1 - gain);
  }
}

/// Exponents of the density of the middle at its first step, and from step to step.
LAKESEED_KERNEL(void, BeginDensity, (size_t count, Work& work), (count, work)) {
  constexpr double kFirst = kStep / 2;
  for (size_t i = 0; i < count; ++i) {
    const double a = work.a[i], b = work.b[i];
    const double two1 = 2 / work.v1[i], two2 = 2 / work.v2[i];
    work.powers[kHigh1][i] = -two1 * (1 - a) * (1 - kFirst);
    work.powers[kHigh2][i] = -two2 * (1 - b) * (1 - kFirst);
    work.powers[kLow1][i] = -two1 * a * kFirst;
    work.powers[kLow2][i] = -two2 * b * kFirst;
    work.powers[kRatios + kHigh1][i] = two1 * (1 - a) * kStep;
    work.powers[kRatios + kHigh2][i] = two2 * (1 - b) * kStep;
    work.powers[kRatios + kLow1][i] = -two1 * a * kStep;
    work.powers[kRatios + kLow2][i] = -two2 * b * kStep;
    const double from = kFirst - work.centre[i], two = 2 * work.square[i];
    work.powers[kNormal][i] = -from * from / two;
    work.powers[kRatio][i] = -(kStep * kStep + 2 * kStep * from) / two;
    work.powers[kRatio2][i] = -2 * kStep * kStep / two;
  }
}

/// The middle, and the exponents of the laws of extremes there.
LAKESEED_KERNEL(void, ChooseMiddle, (const BarSplits& bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double a = work.a[i], b = work.b[i], v1 = work.v1[i], v2 = work.v2[i];
    double high1 = work.powers[kHigh1][i], high2 = work.powers[kHigh2][i];
    double low1 = work.powers[kLow1][i], low2 = work.powers[kLow2][i];
    double normal = work.powers[kNormal][i], ratio = work.powers[kRatio][i];
    double sums[kSteps], sum = 0;
#pragma GCC unroll 8
    for (int j = 0; j < kSteps; ++j) {
      const double x = (j + 0.5) * kStep;
      const Sides high = SidesOf(1 - a, 1 - b, 1 - x, v1, v2, high1, high2);
      const Sides low = SidesOf(a, b, x, v1, v2, low1, low2);
      sum = sum + normal * (high.left + high.right) * (low.left + low.right);
      sums[j] = sum;
      high1 = high1 * work.powers[kRatios + kHigh1][i];
      high2 = high2 * work.powers[kRatios + kHigh2][i];
      low1 = low1 * work.powers[kRatios + kLow1][i];
      low2 = low2 * work.powers[kRatios + kLow2][i];
      normal = normal * ratio;
      ratio = ratio * work.powers[kRatio2][i];
    }
    const double wanted = bars.middle_unit[i] * sum;
    double before = 0, after = sum, steps = 0;
#pragma GCC unroll 8
    for (int j = kSteps - 2; j >= 0; --j)
      after = Select(sums[j] < wanted, after, sums[j]);
#pragma GCC unroll 8
    for (int j = 0; j < kSteps - 1; ++j) {
      before = Select(sums[j] < wanted, sums[j], before);
      steps = steps + Select(sums[j] < wanted, 1.0, 0.0);
    }
    const double part = (wanted - before) / Most(after - before, 1e-300);
    const double drawn = Within((steps + part) * kStep, 0.0, 1.0);
    const double x = Select(sum > 1e-290, drawn, Within(work.centre[i], 0.0, 1.0));
    work.m[i] = x;
    work.powers[kHigh1][i] = -2 * (1 - a) * (1 - x) / v1;
    work.powers[kHigh2][i] = -2 * (1 - x) * (1 - b) / v2;
    work.powers[kLow1][i] = -2 * a * x / v1;
    work.powers[kLow2][i] = -2 * x * b / v2;
  }
}

/// Which side has the extremes: left_high and left_low are 1 where it is the left one.
/// What the other side's extremes are made of: work.logs.
LAKESEED_KERNEL(void, ChooseSides, (BarSplits & bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double a = work.a[i], b = work.b[i], x = work.m[i];
    const double v1 = work.v1[i], v2 = work.v2[i];
    const double high1 = work.powers[kHigh1][i], high2 = work.powers[kHigh2][i];
    const double low1 = work.powers[kLow1][i], low2 = work.powers[kLow2][i];
    const Sides high = SidesOf(1 - a, 1 - b, 1 - x, v1, v2, high1, high2);
    const Sides low = SidesOf(a, b, x, v1, v2, low1, low2);
    const bool left_high = bars.high_unit[i] * (high.left + high.right) < high.left;
    const bool left_low = bars.low_unit[i] * (low.left + low.right) < low.left;
    bars.left_high[i] = Select(left_high, 1.0, 0.0);
    bars.left_low[i] = Select(left_low, 1.0, 0.0);
    work.logs[0][i] = 1 - bars.other_high_unit[i] * (1 - Select(left_high, high2, high1));
    work.logs[1][i] = 1 - bars.other_low_unit[i] * (1 - Select(left_low, low2, low1));
  }
}

/// Extremes of the sides in parts of the range; what their means may be; what shares go
/// with in the right side, against the left one, by the minute.
LAKESEED_KERNEL(void, SetExtremes, (BarSplits & bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double a = work.a[i], b = work.b[i], x = work.m[i];
    const bool left_high = bars.left_high[i] > 0.5, left_low = bars.left_low[i] > 0.5;
    const double p = Select(left_high, b, a), q = Select(left_low, b, a);
    const double v_high = Select(left_high, work.v2[i], work.v1[i]);
    const double v_low = Select(left_low, work.v2[i], work.v1[i]);
    const double up = std::sqrt((p - x) * (p - x) - 2 * v_high * work.logs[0][i]);
    const double down = std::sqrt((q - x) * (q - x) - 2 * v_low * work.logs[1][i]);
    const double high = Within((p + x + up) / 2, Most(p, x), 1.0);
    const double low = Within((q + x - down) / 2, 0.0, Least(q, x));
    const double high1 = Select(left_high, 1.0, high),
                 high2 = Select(left_high, high, 1.0);
    const double low1 = Select(left_low, 0.0, low), low2 = Select(left_low, low, 0.0);
    bars.left_high[i] = high1, bars.right_high[i] = high2;
    bars.left_low[i] = low1, bars.right_low[i] = low2;
    const TypicalMean left = TypicalMeanOf(a, x, high1, low1);
    const TypicalMean right = TypicalMeanOf(x, b, high2, low2);
    work.t1[i] = left.mean, work.r1[i] = left.spread;
    work.t2[i] = right.mean, work.r2[i] = right.spread;
    const double minutes = bars.right_minutes[i] / bars.left_minutes[i];
    const double square = work.range[i] * work.range[i];
    const double wide1 = high1 - low1, wide2 = high2 - low2;
    const double left_variance = bars.variance[i] * bars.clock[i];
    const double lively1 = left_variance + kSquare * square * (wide1 * wide1);
    const double lively2 =
        bars.variance[i] - left_variance + kSquare * square * (wide2 * wide2);
    work.weight[i] = minutes;
    work.share[i] = Most(lively2, 1e-300) / (Most(lively1, 1e-300) * minutes);
  }
}

/// The share of the left side: more of it goes where the mean is nearer to.
LAKESEED_KERNEL(void, SetShares, (const BarSplits& bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double mean = work.mean[i], share = 1 / (1 + work.weight[i] * work.share[i]);
    const double t1 = work.t1[i], t2 = work.t2[i];
    const double r1 = kMostSpreads * work.r1[i], r2 = kMostSpreads * work.r2[i];
    const double most1 = Least(bars.left_high[i], t1 + r1);
    const double most2 = Least(bars.right_high[i], t2 + r2);
    const double least1 = Most(bars.left_low[i], t1 - r1);
    const double least2 = Most(bars.right_low[i], t2 - r2);
    const bool above = mean > share * most1 + (1 - share) * most2;
    const bool below = mean < share * least1 + (1 - share) * least2;
    const double end1 = Select(above, most1, least1), end2 = Select(above, most2, least2);
    const double apart = end1 - end2;
    const double exact = (mean - end2) / Select(apart == 0, kLeastRange, apart);
    const bool more = Select(above, apart, -apart) > 0;
    const double greater = Least(Select((exact > share) & (exact < 1), exact, 1.0),
                                 1 - kKeptShare * (1 - share));
    const double less =
        Most(Select((exact < share) & (exact > 0), exact, 0.0), kKeptShare * share);
    work.share[i] = Select(above | below, Select(more, greater, less), share);
  }
}

/// Means of the left sides, and extremes that take the sides' in; log growth of it, of
/// the middle and of the extremes that are new, for their ticks: work.powers 0 to 3.
LAKESEED_KERNEL(void, SetMeans, (BarSplits & bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double volume = bars.volume[i], mean = work.mean[i];
    const double p = Select(volume > 0, bars.left_volume[i] / volume, work.share[i]);
    const double part = Within(p, 1e-9, 1 - 1e-9), rest = 1 - part;
    const double t1 = work.t1[i], t2 = work.t2[i], r1 = work.r1[i], r2 = work.r2[i];
    const double s1 = Most(r1 * r1, 1e-18), s2 = Most(r2 * r2, 1e-18);
    const double both = part * part * s1 + rest * rest * s2;
    const double off = mean - part * t1 - rest * t2;
    const double drawn =
        t1 + part * s1 / both * off + rest * std::sqrt(s1 * s2 / both) * work.mean_z[i];
    const double most1 = Least(bars.left_high[i], t1 + kMostSpreads * r1);
    const double most2 = Least(bars.right_high[i], t2 + kMostSpreads * r2);
    const double least1 = Most(bars.left_low[i], t1 - kMostSpreads * r1);
    const double least2 = Most(bars.right_low[i], t2 - kMostSpreads * r2);
    const double least = Most(least1, (mean - rest * most2) / part);
    const double most = Least(most1, (mean - rest * least2) / part);
    const double fit =
        Select(most < least, (least + most) / 2, Within(drawn, least, most));
    const double mean1 =
        Within(fit, Most(0.0, (mean - rest) / part), Least(1.0, mean / part));
    const double mean2 = Within((mean - part * mean1) / rest, 0.0, 1.0);
    const double low = bars.low[i], range = work.range[i], zero = bars.zero[i];
    const double high1 = Most(bars.left_high[i], mean1);
    const double high2 = Most(bars.right_high[i], mean2);
    const double low1 = Least(bars.left_low[i], mean1);
    const double low2 = Least(bars.right_low[i], mean2);
    bars.middle[i] = low + range * work.m[i];
    bars.left_high[i] = low + range * high1, bars.right_high[i] = low + range * high2;
    bars.left_low[i] = low + range * low1, bars.right_low[i] = low + range * low2;
    work.weight[i] = p;
    work.powers[0][i] = low - zero + range * mean1;
    work.powers[1][i] = low - zero + range * work.m[i];
    work.powers[2][i] = low - zero + range * Least(high1, high2);
    work.powers[3][i] = low - zero + range * Most(low1, low2);
  }
}

/// Ticks of the middle, of the sides' extremes, and their means: exact from here on.
LAKESEED_KERNEL(void, SetTicks, (BarSplits & bars, const Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) {
    const double most = bars.high_ticks[i], least = bars.low_ticks[i];
    const double price = bars.price[i], p = work.weight[i];
    const double mean = Within(bars.mean[i], least, most);
    const double a = bars.open_ticks[i], b = bars.close_ticks[i];
    const auto ticks = [&](double growth) {
      return Within(internal::Rint(Least(price * growth, 0x1p44)), least, most);
    };
    const double m = ticks(work.powers[1][i]);
    const double high = ticks(work.powers[2][i]), low = ticks(work.powers[3][i]);
    const bool left_high = bars.left_high[i] >= bars.right_high[i];
    const bool left_low = bars.left_low[i] <= bars.right_low[i];
    const double top1 = Select(left_high, most, Most(high, Most(a, m)));
    const double top2 = Select(left_high, Most(high, Most(m, b)), most);
    const double bottom1 = Select(left_low, least, Least(low, Least(a, m)));
    const double bottom2 = Select(left_low, Least(low, Least(m, b)), least);
    // Where a side has no shares its mean is any.
    const double part = Most(p, 1e-15), rest = Most(1 - p, 1e-15);
    const double lowest = Most(least, (mean - rest * most) / part);
    const double highest = Least(most, (mean - rest * least) / part);
    const double wanted = Least(price * work.powers[0][i], 0x1p44);
    const double inner = Within(wanted, Most(bottom1, (mean - rest * top2) / part),
                                Least(top1, (mean - rest * bottom2) / part));
    const double drawn = Within(Within(inner, lowest, highest), least, most);
    const double mean1 = Select(p < 1, drawn, mean);
    const double mean2 =
        Select(p > 0, Within((mean - p * mean1) / rest, least, most), mean);
    const double above1 = -internal::Floor(kTolerance - mean1);
    const double above2 = -internal::Floor(kTolerance - mean2);
    const double below1 = internal::Floor(mean1 + kTolerance);
    const double below2 = internal::Floor(mean2 + kTolerance);
    const bool has1 = p > 0, has2 = p < 1;
    bars.middle_ticks[i] = m;
    bars.left_mean[i] = mean1, bars.right_mean[i] = mean2;
    bars.left_high_ticks[i] = Select(has1, Most(top1, above1), top1);
    bars.right_high_ticks[i] = Select(has2, Most(top2, above2), top2);
    bars.left_low_ticks[i] = Select(has1, Least(bottom1, below1), bottom1);
    bars.right_low_ticks[i] = Select(has2, Least(bottom2, below2), bottom2);
  }
}

/// The mean against the price of the anchor day.
LAKESEED_KERNEL(void, Compare, (const BarSplits& bars, Work& work), (bars, work)) {
  for (size_t i = 0; i < bars.count; ++i) work.mean[i] = bars.mean[i] / bars.price[i];
}

template <size_t kRows>
void ExpOfRows(size_t count, BarSplits::Row (&rows)[kRows], size_t wanted = kRows) {
  for (size_t k = 0; k < wanted; ++k) ExpOf({rows[k], count}, rows[k]);
}

}  // namespace

void SplitBars(double volume_power, BarSplits* bars, BarSplitWork* work) {
  const size_t count = bars->count;
  Compare(*bars, *work);
  LogOf({work->mean, count}, work->mean);
  Normalise(*bars, *work);
  BeginDensity(count, *work);
  ExpOfRows(count, work->powers);
  ChooseMiddle(*bars, *work);
  ExpOfRows(count, work->powers, kRatios);
  ChooseSides(*bars, *work);
  for (double* one : work->logs) LogOf({one, count}, one);
  SetExtremes(*bars, *work);
  PowerOf({work->share, count}, volume_power, work->share);
  SetShares(*bars, *work);
  InverseNormalOf({bars->mean_unit, count}, work->mean_z);
  InverseNormalOf({bars->volume_unit, count}, work->volume_z);
  InverseNormalOf({bars->trade_unit, count}, work->trade_z);
  SplitVolumes({.shares = bars->volume,
                .trades = bars->trades,
                .share = work->share,
                .left_minutes = bars->left_minutes,
                .right_minutes = bars->right_minutes,
                .unit = bars->volume_unit,
                .z = work->volume_z,
                .trade_z = work->trade_z},
               count, bars->left_volume, bars->left_trades);
  SetMeans(*bars, *work);
  ExpOfRows(count, work->powers, 4);
  SetTicks(*bars, *work);
}

}  // namespace lakeseed
