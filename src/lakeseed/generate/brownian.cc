#include "lakeseed/generate/brownian.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {
namespace {

constexpr int kOctaves = 7;
/// Sub-keys of a path.
enum : int64_t { kDayClock = 1, kBlockTree = 2, kDayTree = 3, kMinuteClock = 4 };

/// exp(spread * noise), octaves of equal power up to `period`.
std::vector<double> Clock(const Key& key, int64_t first, int64_t count, int64_t period,
                          double spread) {
  OctaveNoise noise(key, {.period = period, .count = kOctaves, .fall = 1.0});
  std::vector<double> clock(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    clock[static_cast<size_t>(i)] = spread * noise.At(first + i);
  }
  ExpOf(clock, clock.data());
  return clock;
}

/// Scale `clock` so that it sums to `variance`.
void Normalise(double variance, std::vector<double>* clock) {
  double sum = 0;
  for (const double one : *clock) sum += one;
  for (double& one : *clock) one = variance * one / sum;
}

/// A path from `from` to `to` with these variances: midpoints of halves.
std::vector<double> Bridge(const Key& key, double from, double to,
                           const std::vector<double>& variances) {
  const std::vector<double> clock = PaddedClock(variances);
  const size_t size = clock.size() - 1;
  std::vector<double> marks(size + 1);
  marks[0] = from;
  marks[size] = to;
  for (size_t step = size, nodes = 1; step > 1; step /= 2, nodes *= 2) {
    for (size_t node = 0; node < nodes; ++node) {
      const size_t left = node * step, mid = left + step / 2, right = left + step;
      const double whole = clock[right] - clock[left];
      const double part = clock[mid] - clock[left];
      const double w = whole > 0 ? part / whole : 1.0;
      marks[mid] = marks[left] + (marks[right] - marks[left]) * w;
      if (whole > 0) {
        marks[mid] += std::sqrt(whole * w * (1 - w)) *
                      NormalCell(key, static_cast<int64_t>(nodes + node));
      }
    }
  }
  marks.resize(variances.size() + 1);
  return marks;
}

}  // namespace

std::vector<double> PaddedClock(const std::vector<double>& parts) {
  const size_t size = std::bit_ceil(parts.size());
  std::vector<double> clock(size + 1);
  double sum = 0;
  for (size_t i = 0; i < size; ++i) {
    if (i < parts.size()) sum += parts[i];
    clock[i + 1] = sum;
  }
  return clock;
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
                         kBlockDays / 2, options_.day_spread);
  Normalise(variance, &path.variances);
  path.marks = Bridge(key_.Sub(kBlockTree).Sub(block), low, high, path.variances);
  return path;
}

Brownian::Path Brownian::MinutesOf(int32_t day, const Day& of, int32_t minutes) const {
  constexpr int64_t kPeriod = 128;
  const Key tree = key_.Sub(kDayTree).Sub(day);
  const double night = options_.overnight;
  const double open = of.start + (of.end - of.start) * night +
                      std::sqrt(of.variance * night * (1 - night)) * NormalCell(tree, 0);
  Path path;
  path.variances = Clock(key_.Sub(kMinuteClock), int64_t{day} * options_.minutes, minutes,
                         kPeriod, options_.minute_spread);
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
