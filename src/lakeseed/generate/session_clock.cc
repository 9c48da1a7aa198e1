#include "lakeseed/generate/session_clock.h"

#include <algorithm>
#include <cmath>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/session_tree.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {
namespace {

/// Octaves of each level, their periods in its nodes; all together and their number.
constexpr Octaves kOctaves[] = {{.period = 2, .count = 2, .fall = 1.0},
                                {.period = 2, .count = 2, .fall = 1.0},
                                {.period = 2, .count = 1, .fall = 1.0},
                                {.period = 4, .count = 2, .fall = 1.0}};
constexpr double kAllOctaves = 7;

const OctaveTable& NoiseOf(size_t level) {
  static const OctaveTable kTables[] = {
      OctaveTable(kOctaves[0]), OctaveTable(kOctaves[1]), OctaveTable(kOctaves[2]),
      OctaveTable(kOctaves[3])};
  return kTables[level];
}

LAKESEED_KERNEL(void, ScaleAll, (double by, size_t count, double* out),
                (by, count, out)) {
  for (size_t i = 0; i < count; ++i) out[i] = by * out[i];
}

LAKESEED_LANES void AddLanes(const double* masses, int32_t minutes, int32_t size,
                             double* sums, size_t lanes) {
  double sum[kLanes] = {};
  LAKESEED_EACH_LANE(k) sums[k] = 0;
  for (int32_t begin = 0; begin < minutes; begin += size, masses += lanes) {
    const int32_t length = std::min(size, minutes - begin);
    const double t = (2 * begin + length) / (2.0 * minutes);
    const double shape = length * (1.0 + 2.2 * (2 * t - 1) * (2 * t - 1));
    sums += lanes;
    LAKESEED_EACH_LANE(k) sums[k] = sum[k] = sum[k] + shape * masses[k];
  }
}

LAKESEED_KERNEL(void, AddUp,
                (const double* masses, int32_t minutes, int32_t size, double* sums,
                 size_t lanes),
                (masses, minutes, size, sums, lanes)) {
  LAKESEED_WITH_LANES(AddLanes, lanes, masses, minutes, size, sums);
}

}  // namespace

void SessionClock::Set(std::span<const Key> keys, const Session& session, size_t level) {
  const int32_t size = SessionTree::kSizes[level];
  const int64_t full = (session.full + size - 1) / size;
  const int64_t count = (session.minutes + size - 1) / size;
  const size_t all = static_cast<size_t>(count) * keys.size();
  Key subs[kLanes];
  for (size_t k = 0; k < keys.size(); ++k) {
    subs[k] = keys[k].Sub(static_cast<int64_t>(level));
  }
  masses_.resize(all);
  NoiseOf(level).Of({subs, keys.size()}, session.day * full, count, masses_.data());
  ScaleAll(session.spread * std::sqrt(kOctaves[level].count / kAllOctaves), all,
           masses_.data());
  ExpOf(masses_, masses_.data());
  sums_.resize(all + keys.size());
  AddUp(masses_.data(), session.minutes, size, sums_.data(), keys.size());
}

}  // namespace lakeseed
