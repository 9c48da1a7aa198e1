// Volume: a whole number split into parts, so that the parts sum to the whole.
//
// Law: the left half gets a binomial share of its weight, and so on down to the parts;
//      what is in a range of parts is the sum of its parts at every size.
// Law: a lane's parts do not depend on the other lanes.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <span>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/halved_clock.h"

namespace lakeseed {

/// Doubles hold the parts of this, and its halves, to the unit.
inline constexpr int64_t kMostVolume = int64_t{1} << 51;

/// A binomial number of n and p that grows with u in (0, 1): from the normal
/// approximation where n min(p, 1 - p) > 16, else by the exact walk.
int64_t Binomial(int64_t n, double p, double u);

/// `whole` of each lane in parts in proportion to its weights, which `clock` has summed
/// up: one cell for each node of its tree. The parts are whole numbers; there is room for
/// clock.places() of each lane.
/// REQUIRES: 0 <= whole <= kMostVolume.
void SplitVolume(std::span<const Key> keys, std::span<const int64_t> whole,
                 HalvedClock* clock, double* parts);

}  // namespace lakeseed
