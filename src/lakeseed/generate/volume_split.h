// Volume: the shares and the trades of a bar, both whole numbers, between its two sides.
//
// Law: the sides sum to the whole, of shares and of trades; a side has no more trades
//      than shares, and a trade at least where it has a share.
// Law: the left side gets a binomial share of the shares. Trades go with shares, but for
//      the one of each minute that there is where there are enough of them; a single
//      trade stays in one piece.
//
// Thread safety: pure functions.

#pragma once

#include <cstddef>
#include <cstdint>

namespace lakeseed {

/// Doubles hold the parts of this, and its halves, to the unit.
inline constexpr int64_t kMostVolume = int64_t{1} << 51;

/// A binomial number of n and p that grows with u in (0, 1): from the normal
/// approximation where n min(p, 1 - p) > 16, else by the exact walk.
int64_t Binomial(int64_t n, double p, double u);

/// Bars side by side; all numbers are whole but `share` and the draws.
struct VolumeHalves {
  const double *shares, *trades;  ///< Of the bars.
  const double* share;            ///< Of the left side in the shares, 0 to 1.
  const double *left_minutes, *right_minutes;
  const double *unit, *z;  ///< Of the shares: uniform, and it as normal.
  const double* trade_z;
};

/// What the left sides get.
/// REQUIRES: 0 <= trades <= shares <= kMostVolume; trades > 0 where shares > 0.
void SplitVolumes(const VolumeHalves& bars, size_t count, double* shares, double* trades);

}  // namespace lakeseed
