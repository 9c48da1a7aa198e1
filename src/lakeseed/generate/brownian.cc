#include "lakeseed/generate/brownian.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/session_clock.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {
namespace {

/// Of the clock of a block, in days.
constexpr int64_t kPeriod = 128;
constexpr int kOctaves = 7;
/// Sub-keys of a path.
enum : int64_t {
  kDayClock = 1,
  kBlockTree = 2,
  kDayTree = 3,
  kSessionClock = 4,
  kShocks = 5
};
/// What stays of leverage from a day to the next; after so many days it is forgotten.
constexpr double kStays = 0.9;
constexpr size_t kMemory = 64;

/// exp(spread * noise), octaves of equal power.
void MakeClock(const Key& key, int64_t first, int64_t count, double spread,
               std::vector<double>* clock) {
  static const OctaveTable kNoise({.period = kPeriod, .count = kOctaves, .fall = 1.0});
  clock->resize(static_cast<size_t>(count));
  kNoise.Of({&key, 1}, first, count, clock->data());
  for (double& one : *clock) one = spread * one;
  ExpOf(*clock, clock->data());
}

/// Scale a clock so that it sums to `variance`.
void Normalise(double variance, std::vector<double>* clock) {
  double sum = 0;
  for (const double one : *clock) sum += one;
  for (double& one : *clock) one = variance * one / sum;
}

/// The path of a block between its ends, whose variances are there: midpoints of halves.
/// The middle of half i of a level of 2^l halves owns row 2^l + i of the tree.
void Bridge(const Key& tree, double from, double to, Brownian::Path* path) {
  constexpr size_t kDays = Brownian::kBlockDays;
  double sums[kDays + 1], z[kDays];
  sums[0] = 0;
  for (size_t i = 0; i < kDays; ++i) sums[i + 1] = sums[i] + path->variances[i];
  UnitsOf({&tree, 1}, 1, kDays - 1, 0, z + 1);
  InverseNormalOf({z + 1, kDays - 1}, z + 1);
  path->marks.resize(kDays + 1);
  double* const marks = path->marks.data();
  marks[0] = from, marks[kDays] = to;
  for (size_t step = kDays, node = 1; step > 1; step /= 2) {
    for (size_t at = 0; at < kDays; at += step, ++node) {
      const size_t middle = at + step / 2, end = at + step;
      const double w = internal::ShareOfLeft(sums[at], sums[middle], sums[end]);
      const double spread = (sums[end] - sums[at]) * w * (1 - w);
      marks[middle] =
          marks[at] + (marks[end] - marks[at]) * w + std::sqrt(spread) * z[node];
    }
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
  MakeClock(days, first, kBlockDays, options_.day_spread, &path.variances);
  if (options_.leverage == 0) {
    Normalise(variance, &path.variances);
    Bridge(key_.Sub(kBlockTree).Sub(block), low, high, &path);
    return path;
  }
  const std::vector<double> shocks = ShocksOf(key_.Sub(kShocks), first, kBlockDays);
  AddLeverage(shocks, options_.leverage, &path.variances);
  Normalise(variance, &path.variances);
  Join(low, high, shocks.data() + kMemory, &path);
  return path;
}

Key Brownian::ClockKey() const { return key_.Sub(kSessionClock); }

Key Brownian::DayKey(int32_t day) const { return key_.Sub(kDayTree).Sub(day); }

}  // namespace lakeseed
