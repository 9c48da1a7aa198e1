#include "lakeseed/generate/volume_split.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

constexpr int kWalk = 64;
constexpr double kNormalAbove = 16;
/// Share of a node's left half, the smaller one's, and what it has in the mean.
struct Half {
  double share, smaller, mean;
};

LAKESEED_LANES Half HalfOf(double begin, double middle, double end, double whole) {
  using internal::Select;
  const double part = internal::ShareOfLeft(begin, middle, end);
  const double p = Select(part < 1.0, part, 1.0);
  const double q = Select(1 - p < p, 1 - p, p);
  return {p, q, whole * q};
}

/// Whether the normal approximation will not do.
LAKESEED_LANES bool IsSmall(const Half& half) {
  return (half.mean <= kNormalAbove) & (half.mean > 0);
}

/// Halves of one level's nodes by the normal approximation of Binomial(): what is at a
/// node's begin is shared with its middle. Return 0 if it does for all of them.
LAKESEED_LANES uint64_t SplitLanes(const double* sums, const double* z, size_t nodes,
                                   size_t step, double* parts, size_t lanes) {
  using internal::Select;
  const size_t half = step / 2 * lanes, end = step * lanes;
  uint64_t small[kLanes] = {};
  for (size_t i = 0; i < nodes; ++i) {
    LAKESEED_EACH_LANE(k) {
      const double whole = parts[k];
      const Half at = HalfOf(sums[k], sums[half + k], sums[end + k], whole);
      const double spread = std::sqrt(at.mean * (1 - at.smaller));
      const double x = internal::Floor(at.mean + spread * z[k] + .5);
      const double less = Select(x < 0.0, 0.0, Select(whole < x, whole, x));
      const double left = Select(at.share > 0.5, whole - less, less);
      parts[k] = left;
      parts[half + k] = whole - left;
      small[k] |= IsSmall(at) ? 1 : 0;
    }
    sums += end, parts += end, z += lanes;
  }
  uint64_t any = 0;
  for (size_t k = 0; k < lanes; ++k) any |= small[k];
  return any;
}

LAKESEED_KERNEL(uint64_t, Split,
                (const double* sums, const double* z, size_t nodes, size_t step,
                 double* parts, size_t lanes),
                (sums, z, nodes, step, parts, lanes)) {
  return LAKESEED_WITH_LANES(SplitLanes, lanes, sums, z, nodes, step, parts);
}

/// Which halves of one level are too small for it: 1, else 0.
LAKESEED_LANES void SmallLanes(const double* sums, const double* parts, size_t nodes,
                               size_t step, double* small, size_t lanes) {
  const size_t half = step / 2 * lanes, end = step * lanes;
  for (size_t i = 0; i < nodes; ++i) {
    LAKESEED_EACH_LANE(k) {
      const double whole = parts[k] + parts[half + k];
      const Half at = HalfOf(sums[k], sums[half + k], sums[end + k], whole);
      small[k] = internal::Select(IsSmall(at), 1.0, 0.0);
    }
    sums += end, parts += end, small += lanes;
  }
}

LAKESEED_KERNEL(void, FindSmall,
                (const double* sums, const double* parts, size_t nodes, size_t step,
                 double* small, size_t lanes),
                (sums, parts, nodes, step, small, lanes)) {
  LAKESEED_WITH_LANES(SmallLanes, lanes, sums, parts, nodes, step, small);
}

/// These by the exact walk; there are few of them mostly.
void SplitSmall(std::span<const Key> keys, const HalvedClock& clock, size_t level,
                double* parts) {
  const size_t lanes = keys.size(), nodes = clock.nodes(level);
  const size_t step = clock.step(level) * lanes;
  std::vector<double> small(nodes * lanes);
  FindSmall(clock.sums(), parts, nodes, clock.step(level), small.data(), lanes);
  for (size_t i = 0; i < small.size(); ++i) {
    if (small[i] == 0) continue;
    const size_t node = i / lanes, k = i % lanes;
    const double* const sums = clock.sums() + node * step + k;
    double &left = parts[node * step + k], &right = (&left)[step / 2];
    const double whole = left + right;
    const Half at = HalfOf(sums[0], sums[step / 2], sums[step], whole);
    const auto row = static_cast<int64_t>((size_t{1} << level) + node);
    left = static_cast<double>(
        Binomial(static_cast<int64_t>(whole), at.share, Unit(Cell(keys[k], row))));
    right = whole - left;
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

void SplitVolume(std::span<const Key> keys, std::span<const int64_t> whole,
                 HalvedClock* clock, double* parts) {
  for (size_t k = 0; k < keys.size(); ++k) parts[k] = static_cast<double>(whole[k]);
  const double* z = clock->NormalsOf(keys);
  for (size_t level = 0; level < clock->levels(); ++level) {
    const size_t nodes = clock->nodes(level);
    if (Split(clock->sums(), z, nodes, clock->step(level), parts, keys.size()) != 0) {
      SplitSmall(keys, *clock, level, parts);
    }
    z += nodes * keys.size();
  }
}

}  // namespace lakeseed
