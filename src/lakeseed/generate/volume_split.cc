#include "lakeseed/generate/volume_split.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/brownian.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr int kWalk = 64;
constexpr double kNormalAbove = 16;
/// What the left halves of one level's nodes get: their share, the mean of the smaller
/// half and its variance.
LAKESEED_CLONES
void SetHalves(const double* clock, const double* middle, const double* whole,
               int64_t nodes, double* share, double* mean, double* spread) {
  using internal::Select;
  for (int64_t i = 0; i < nodes; ++i) {
    const double all = clock[i + 1] - clock[i], part = (middle[i] - clock[i]) / all;
    const double p = Select(all > 0, Select(part < 1.0, part, 1.0), 1.0);
    const double q = Select(1 - p < p, 1 - p, p);
    share[i] = p;
    mean[i] = whole[i] * q;
    spread[i] = whole[i] * q * (1 - q);
  }
}

/// The normal approximation of Binomial(), for whole arrays.
LAKESEED_CLONES
void DrawLeft(const double* whole, const double* share, const double* mean,
              const double* spread, const double* z, int64_t nodes, double* left) {
  using internal::Select;
  for (int64_t i = 0; i < nodes; ++i) {
    const double x = internal::Floor(mean[i] + spread[i] * z[i] + .5);
    const double k = Select(x < 0.0, 0.0, Select(whole[i] < x, whole[i], x));
    left[i] = Select(share[i] > 0.5, whole[i] - k, k);
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

std::vector<int64_t> SplitVolume(const Key& key, int64_t whole,
                                 const std::vector<double>& weights) {
  const HalvedClock clock(weights);
  const size_t size = clock.size();
  const auto cells = static_cast<int64_t>(size);
  // Arrays side by side in one block.
  const auto block = std::make_unique_for_overwrite<double[]>(8 * size);
  double* const units = block.get();
  double *z = units + size, *parts = z + size, *finer = parts + size,
         *left = finer + size, *share = left + size, *mean = share + size,
         *spread = mean + size;
  UnitsOf(key, Rows(RowRange{0, cells}), 0, cells, 0, units);
  InverseNormalOf({units, size}, z);
  parts[0] = static_cast<double>(whole);
  for (size_t level = 0; level < clock.levels(); ++level) {
    const size_t nodes = clock.nodes(level), first = size_t{1} << level;
    const auto count = static_cast<int64_t>(nodes);
    SetHalves(clock.marks(level), clock.middles(level), parts, count, share, mean,
              spread);
    SquareRootOf({spread, nodes}, spread);
    DrawLeft(parts, share, mean, spread, z + first, count, left);
    for (size_t i = 0; i < nodes; ++i) {
      if (!(mean[i] > kNormalAbove)) {
        left[i] = static_cast<double>(
            Binomial(static_cast<int64_t>(parts[i]), share[i], units[first + i]));
      }
      finer[2 * i] = left[i];
      finer[2 * i + 1] = parts[i] - left[i];
    }
    std::swap(parts, finer);
  }
  std::vector<int64_t> out(weights.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = internal::ToInteger(parts[i]);
  return out;
}

}  // namespace lakeseed
