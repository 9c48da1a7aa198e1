#include "lakeseed/generate/brownian.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {
namespace {

/// Of the clocks, in days of a block and in minutes of a day.
constexpr int64_t kPeriod = 128;
constexpr int kOctaves = 7;
/// Sub-keys of a path.
enum : int64_t { kDayClock = 1, kBlockTree = 2, kDayTree = 3, kMinuteClock = 4 };

/// exp(spread * noise), octaves of equal power.
std::vector<double> Clock(const Key& key, int64_t first, int64_t count, double spread) {
  static const OctaveTable kNoise({.period = kPeriod, .count = kOctaves, .fall = 1.0});
  std::vector<double> clock(static_cast<size_t>(count));
  kNoise.Of(key, first, count, clock.data());
  for (double& one : clock) one = spread * one;
  ExpOf(clock, clock.data());
  return clock;
}

/// Scale `clock` so that it sums to `variance`.
void Normalise(double variance, std::vector<double>* clock) {
  double sum = 0;
  for (const double one : *clock) sum += one;
  for (double& one : *clock) one = variance * one / sum;
}

/// Midpoints of the nodes of one level but for their own part: of the left and right
/// mark, of the clock at the left, in the middle and at the right.
LAKESEED_CLONES
void Midpoints(const double* marks, const double* clock, const double* middle,
               int64_t nodes, double* mid, double* spread) {
  for (int64_t i = 0; i < nodes; ++i) {
    const double whole = clock[i + 1] - clock[i], part = middle[i] - clock[i];
    const double w = internal::Select(whole > 0, part / whole, 1.0);
    mid[i] = marks[i] + (marks[i + 1] - marks[i]) * w;
    spread[i] = whole * w * (1 - w);
  }
}

LAKESEED_CLONES
void AddOwnPart(const double* spread, const double* z, int64_t nodes, double* mid) {
  for (int64_t i = 0; i < nodes; ++i) mid[i] += spread[i] * z[i];
}

/// A path from `from` to `to` with these variances: midpoints of halves.
std::vector<double> Bridge(const Key& key, double from, double to,
                           const std::vector<double>& variances) {
  const HalvedClock clock(variances);
  const size_t size = clock.size();
  // Arrays side by side in one block.
  const auto block = std::make_unique_for_overwrite<double[]>(5 * size + 2);
  double* const z = block.get();
  double *mid = z + size, *spread = mid + size, *marks = spread + size,
         *finer = marks + size + 1;
  NormalCells(key, 0, static_cast<int64_t>(size), z);
  marks[0] = from;
  marks[1] = to;
  for (size_t level = 0; level < clock.levels(); ++level) {
    const size_t nodes = clock.nodes(level);
    const auto count = static_cast<int64_t>(nodes);
    Midpoints(marks, clock.marks(level), clock.middles(level), count, mid, spread);
    SquareRootOf({spread, nodes}, spread);
    AddOwnPart(spread, z + (size_t{1} << level), count, mid);
    for (size_t i = 0; i < nodes; ++i) {
      finer[2 * i] = marks[i];
      finer[2 * i + 1] = mid[i];
    }
    finer[2 * nodes] = marks[nodes];
    std::swap(marks, finer);
  }
  return {marks, marks + variances.size() + 1};
}

}  // namespace

HalvedClock::HalvedClock(const std::vector<double>& parts)
    : count_(parts.size()),
      size_(std::bit_ceil(count_)),
      levels_(static_cast<size_t>(std::bit_width(size_) - 1)) {
  std::vector<double> sums(size_ + 1);
  double sum = 0;
  for (size_t i = 0; i < count_; ++i) sums[i + 1] = sum = sum + parts[i];
  std::fill(sums.begin() + static_cast<std::ptrdiff_t>(count_) + 1, sums.end(), sum);
  // Marks and middles of all levels, one level after the other.
  begin_.reserve(levels_ + 1);
  times_.reserve(4 * size_);
  for (size_t level = 0; level < levels_; ++level) {
    const size_t step = size_ >> level, half = step / 2, last = nodes(level);
    begin_.push_back(times_.size());
    for (size_t i = 0; i <= last; ++i) times_.push_back(sums[i * step]);
    for (size_t i = 0; i < last; ++i) times_.push_back(sums[i * step + half]);
  }
}

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
  path.variances = Clock(key_.Sub(kDayClock), int64_t{block} * kBlockDays, kBlockDays,
                         options_.day_spread);
  Normalise(variance, &path.variances);
  path.marks = Bridge(key_.Sub(kBlockTree).Sub(block), low, high, path.variances);
  return path;
}

Brownian::Path Brownian::MinutesOf(int32_t day, const Day& of, int32_t minutes) const {
  const Key tree = key_.Sub(kDayTree).Sub(day);
  const double night = options_.overnight;
  const double open = of.start + (of.end - of.start) * night +
                      std::sqrt(of.variance * night * (1 - night)) * NormalCell(tree, 0);
  Path path;
  path.variances = Clock(key_.Sub(kMinuteClock), int64_t{day} * options_.minutes, minutes,
                         options_.minute_spread);
  for (int32_t i = 0; i < minutes; ++i) {
    const double t = (i + .5) / minutes;
    const double shape = 1.0 + 2.2 * (2 * t - 1) * (2 * t - 1);
    path.variances[static_cast<size_t>(i)] *= shape;
  }
  Normalise(of.variance - of.variance * night, &path.variances);
  path.marks = Bridge(tree, open, of.end, path.variances);
  return path;
}

}  // namespace lakeseed
