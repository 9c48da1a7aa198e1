#include "lakeseed/generate/brownian.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {
namespace {

/// Of the clocks, in days of a block and in minutes of a day.
constexpr int64_t kPeriod = 128;
constexpr int kOctaves = 7;
/// Sub-keys of a path.
enum : int64_t {
  kDayClock = 1,
  kBlockTree = 2,
  kDayTree = 3,
  kMinuteClock = 4,
  kShocks = 5
};
/// What stays of leverage from a day to the next; after so many days it is forgotten.
constexpr double kStays = 0.9;
constexpr size_t kMemory = 64;

/// exp(spread * noise), octaves of equal power.
void MakeClock(std::span<const Key> keys, int64_t first, int64_t count, double spread,
               std::vector<double>* clock) {
  static const OctaveTable kNoise({.period = kPeriod, .count = kOctaves, .fall = 1.0});
  clock->resize(static_cast<size_t>(count) * keys.size());
  kNoise.Of(keys, first, count, clock->data());
  for (double& one : *clock) one = spread * one;
  ExpOf(*clock, clock->data());
}

LAKESEED_LANES void NormaliseLanes(const double* variance, size_t count, double* clock,
                                   size_t lanes) {
  double sums[kLanes] = {};
  for (size_t i = 0; i < count; ++i) {
    LAKESEED_EACH_LANE(k) sums[k] += clock[i * lanes + k];
  }
  for (size_t i = 0; i < count; ++i, clock += lanes) {
    LAKESEED_EACH_LANE(k) clock[k] = variance[k] * clock[k] / sums[k];
  }
}

/// Scale the clock of each lane so that it sums to its `variance`.
LAKESEED_KERNEL(void, Normalise,
                (const double* variance, size_t count, double* clock, size_t lanes),
                (variance, count, clock, lanes)) {
  LAKESEED_WITH_LANES(NormaliseLanes, lanes, variance, count, clock);
}

/// A liveliness for each minute: a U.
LAKESEED_LANES void ShapeLanes(int32_t minutes, double* clock, size_t lanes) {
  for (int32_t i = 0; i < minutes; ++i, clock += lanes) {
    const double t = (i + .5) / minutes;
    const double shape = 1.0 + 2.2 * (2 * t - 1) * (2 * t - 1);
    LAKESEED_EACH_LANE(k) clock[k] *= shape;
  }
}

LAKESEED_KERNEL(void, Shape, (int32_t minutes, double* clock, size_t lanes),
                (minutes, clock, lanes)) {
  LAKESEED_WITH_LANES(ShapeLanes, lanes, minutes, clock);
}

/// The midpoints of one level's nodes.
LAKESEED_LANES void MidpointLanes(const double* sums, const double* z, size_t nodes,
                                  size_t step, double* marks, size_t lanes) {
  const size_t half = step / 2 * lanes, whole = step * lanes;
  for (size_t i = 0; i < nodes; ++i) {
    LAKESEED_EACH_LANE(k) {
      const double w = internal::ShareOfLeft(sums[k], sums[half + k], sums[whole + k]);
      const double spread = (sums[whole + k] - sums[k]) * w * (1 - w);
      const double mid = marks[k] + (marks[whole + k] - marks[k]) * w;
      marks[half + k] = mid + std::sqrt(spread) * z[k];
    }
    sums += whole, marks += whole, z += lanes;
  }
}

LAKESEED_KERNEL(void, SetMidpoints,
                (const double* sums, const double* z, size_t nodes, size_t step,
                 double* marks, size_t lanes),
                (sums, z, nodes, step, marks, lanes)) {
  LAKESEED_WITH_LANES(MidpointLanes, lanes, sums, z, nodes, step, marks);
}

/// Paths between their ends, which `from` and `to` are: midpoints of halves.
void Bridge(std::span<const Key> keys, const double* from, const double* to,
            HalvedClock* clock, Brownian::Path* path) {
  const size_t lanes = keys.size();
  clock->Set(path->variances.data(), path->variances.size() / lanes, lanes);
  path->marks.resize((clock->places() + 1) * lanes);
  double* const marks = path->marks.data();
  std::copy_n(from, lanes, marks);
  std::copy_n(to, lanes, marks + clock->places() * lanes);
  const double* z = clock->NormalsOf(keys);
  for (size_t level = 0; level < clock->levels(); ++level) {
    const size_t nodes = clock->nodes(level);
    SetMidpoints(clock->sums(), z, nodes, clock->step(level), marks, lanes);
    z += nodes * lanes;
  }
}

/// The days' draws, those of the days of memory first.
std::vector<double> ShocksOf(const Key& key, int64_t first, int64_t count) {
  constexpr auto kBefore = static_cast<int64_t>(kMemory);
  std::vector<double> shocks(static_cast<size_t>(kBefore + count));
  NormalCells(key, first - kBefore, kBefore + count, shocks.data());
  return shocks;
}

/// Multiply a clock of days by what leverage makes of the draws before each.
void AddLeverage(const std::vector<double>& shocks, double leverage,
                 std::vector<double>* clock) {
  std::vector<double> factors(clock->size());
  double level = 0;
  for (size_t i = 0; i + 1 < shocks.size(); ++i) {
    level = kStays * level - leverage * shocks[i];
    if (i + 1 >= kMemory) factors[i + 1 - kMemory] = level;
  }
  ExpOf(factors, factors.data());
  for (size_t i = 0; i < factors.size(); ++i) (*clock)[i] *= factors[i];
}

/// The path of days between its ends, by their draws; its variances are there.
void Join(double from, double to, const double* shocks, Brownian::Path* path) {
  const size_t days = path->variances.size();
  std::vector<double> moves(days);
  SquareRootOf(path->variances, moves.data());
  double sum = 0, variance = 0;
  for (size_t i = 0; i < days; ++i) {
    moves[i] *= shocks[i];
    sum += moves[i];
    variance += path->variances[i];
  }
  path->marks.resize(days + 1);
  path->marks[0] = from;
  for (size_t i = 0; i < days; ++i) {
    const double bend =
        variance > 0 ? path->variances[i] / variance * (to - from - sum) : 0;
    path->marks[i + 1] = path->marks[i] + moves[i] + bend;
  }
  path->marks[days] = to;
}

}  // namespace

Brownian::Path Brownian::BlockOf(int32_t block) const {
  double variance = options_.sigma * options_.sigma * kDays;
  double low = 0, high = std::sqrt(variance) * NormalCell(key_, 0);
  constexpr int kDepth = kLevels - kBlockBits;
  for (int level = 0; level < kDepth; ++level) {
    const int32_t node = (1 << level) + (block >> (kDepth - level));
    const double mid =
        (low + high) / 2 + std::sqrt(variance / 4) * NormalCell(key_, node);
    (block >> (kDepth - level - 1) & 1 ? low : high) = mid;
    variance /= 2;
  }
  Path path;
  const Key days = key_.Sub(kDayClock);
  const int64_t first = int64_t{block} * kBlockDays;
  MakeClock({&days, 1}, first, kBlockDays, options_.day_spread, &path.variances);
  if (options_.leverage == 0) {
    HalvedClock clock;
    const Key tree = key_.Sub(kBlockTree).Sub(block);
    Normalise(&variance, kBlockDays, path.variances.data(), 1);
    Bridge({&tree, 1}, &low, &high, &clock, &path);
    return path;
  }
  const std::vector<double> shocks = ShocksOf(key_.Sub(kShocks), first, kBlockDays);
  AddLeverage(shocks, options_.leverage, &path.variances);
  Normalise(&variance, kBlockDays, path.variances.data(), 1);
  Join(low, high, shocks.data() + kMemory, &path);
  return path;
}

void Brownian::MinutesOf(std::span<const Brownian> paths, int32_t day,
                         std::span<const Day> of, int32_t minutes, HalvedClock* clock,
                         Path* made) {
  const Options& options = paths[0].options();
  const double night = options.overnight;
  const size_t lanes = paths.size();
  Key clocks[kLanes], trees[kLanes];
  double open[kLanes], close[kLanes], variance[kLanes];
  for (size_t k = 0; k < lanes; ++k) {
    clocks[k] = paths[k].key_.Sub(kMinuteClock);
    trees[k] = paths[k].key_.Sub(kDayTree).Sub(day);
    open[k] = of[k].start + (of[k].end - of[k].start) * night +
              std::sqrt(of[k].variance * night * (1 - night)) * NormalCell(trees[k], 0);
    close[k] = of[k].end;
    variance[k] = of[k].variance - of[k].variance * night;
  }
  MakeClock({clocks, lanes}, int64_t{day} * options.minutes, minutes,
            options.minute_spread, &made->variances);
  Shape(minutes, made->variances.data(), lanes);
  Normalise(variance, static_cast<size_t>(minutes), made->variances.data(), lanes);
  Bridge({trees, lanes}, open, close, clock, made);
}

Brownian::Path Brownian::MinutesOf(int32_t day, const Day& of, int32_t minutes) const {
  Path path;
  HalvedClock clock;
  MinutesOf({this, 1}, day, {&of, 1}, minutes, &clock, &path);
  return path;
}

}  // namespace lakeseed
