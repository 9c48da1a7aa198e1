// Volume: a whole number split into parts, so that the parts sum to the whole.
//
// Law: the left half gets a binomial share of its weight, and so on down to the parts;
//      what is in a range of parts is the sum of its parts at every size.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// Doubles hold the parts of this, and its halves, to the unit.
inline constexpr int64_t kMostVolume = int64_t{1} << 51;

/// A binomial number of n and p that grows with u in (0, 1): from the normal
/// approximation where n min(p, 1 - p) > 16, else by the exact walk.
int64_t Binomial(int64_t n, double p, double u);

/// `whole` in parts in proportion to `weights`, one cell for each node of the tree.
/// REQUIRES: 0 <= whole <= kMostVolume; weights not empty.
std::vector<int64_t> SplitVolume(const Key& key, int64_t whole,
                                 const std::vector<double>& weights);

}  // namespace lakeseed
