#include "lakeseed/generate/volume_split.h"

#include <algorithm>
#include <cmath>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

using internal::Select;

constexpr int kWalk = 64;
constexpr double kNormalAbove = 16;
/// Of the trades' binomial deviation.
constexpr double kTradeSpread = 0.5;

[[gnu::always_inline]] inline double Least(double a, double b) {
  return Select(b < a, b, a);
}
[[gnu::always_inline]] inline double Most(double a, double b) {
  return Select(a < b, b, a);
}

/// Binomial() by the normal approximation. Return 0 if it does for all of them.
LAKESEED_KERNEL(uint64_t, SplitShares,
                (const double* shares, const double* share, const double* z, size_t count,
                 double* left),
                (shares, share, z, count, left)) {
  uint64_t any = 0;
  for (size_t i = 0; i < count; ++i) {
    const double p = share[i], q = Least(p, 1 - p), mean = shares[i] * q;
    const double x = internal::Floor(mean + std::sqrt(mean * (1 - q)) * z[i] + .5);
    const double less = Most(Least(x, shares[i]), 0.0);
    left[i] = Select(p > 0.5, shares[i] - less, less);
    any |= (mean <= kNormalAbove) & (mean > 0) ? 1 : 0;
  }
  return any;
}

LAKESEED_KERNEL(void, SplitTrades,
                (const VolumeHalves& bars, const double* shares, size_t count,
                 double* left),
                (bars, shares, count, left)) {
  const double *all = bars.shares, *trades = bars.trades, *share = bars.share;
  const double *before = bars.left_minutes, *after = bars.right_minutes;
  const double* z = bars.trade_z;
  for (size_t i = 0; i < count; ++i) {
    const double other = all[i] - shares[i];
    const double p = Select(all[i] > 0, shares[i] / all[i], share[i]);
    const double minutes = before[i] + after[i];
    const bool are_enough = trades[i] >= minutes;
    const double rest = Select(are_enough, trades[i] - minutes, trades[i]);
    const double base = Select(are_enough, before[i], 0.0);
    const double spread = kTradeSpread * std::sqrt(rest * p * (1 - p));
    const double x = internal::Rint(base + rest * p + spread * z[i]);
    const double least = Most(Least(shares[i], Most(base, 1.0)), trades[i] - other);
    const double after_it = Select(are_enough, after[i], 1.0);
    const double most = Least(shares[i], trades[i] - Least(other, after_it));
    left[i] = Most(Least(x, most), least);
  }
}

}  // namespace

int64_t Binomial(int64_t n, double p, double u) {
  const double q = std::min(p, 1 - p);
  const auto count = static_cast<double>(n);
  if (n == 0 || q == 0) return p > 0.5 ? n : 0;
  int64_t k = 0;
  if (count * q > kNormalAbove) {
    const double x = count * q + std::sqrt(count * q * (1 - q)) * InverseNormal(u) + .5;
    k = static_cast<int64_t>(std::clamp(internal::Floor(x), 0.0, count));
  } else {
    double chance = Exp(count * Log(1 - q)), sum = 0;
    for (int i = 0; i < kWalk; ++i) {
      sum = sum + chance;
      if (u <= sum || i >= n) break;
      ++k;
      chance = chance * (q / (1 - q)) * std::max(count - i, 0.0) / (i + 1);
    }
  }
  return p > 0.5 ? n - k : k;
}

void SplitVolumes(const VolumeHalves& bars, size_t count, double* shares,
                  double* trades) {
  if (SplitShares(bars.shares, bars.share, bars.z, count, shares) != 0) {
    for (size_t i = 0; i < count; ++i) {
      const double p = bars.share[i], whole = bars.shares[i];
      if (whole * std::min(p, 1 - p) > kNormalAbove) continue;
      shares[i] =
          static_cast<double>(Binomial(static_cast<int64_t>(whole), p, bars.unit[i]));
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (bars.trades[i] == 1)
      shares[i] = bars.unit[i] < bars.share[i] ? bars.shares[i] : 0;
  }
  SplitTrades(bars, shares, count, trades);
}

}  // namespace lakeseed
