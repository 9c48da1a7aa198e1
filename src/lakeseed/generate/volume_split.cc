#include "lakeseed/generate/volume_split.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

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
struct Halves {
  explicit Halves(size_t most) : share(most), mean(most), spread(most) {}
  std::vector<double> share, mean, spread;
};

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
  std::vector<double> units(size), z(size), parts(size), finer(size);
  UnitsOf(key, Rows(RowRange{0, cells}), 0, cells, 0, units.data());
  InverseNormalOf(units, z.data());
  Halves halves(size);
  std::vector<double> left(size);
  parts[0] = static_cast<double>(whole);
  for (size_t level = 0; level < clock.levels(); ++level) {
    const size_t nodes = clock.nodes(level), first = size_t{1} << level;
    const auto count = static_cast<int64_t>(nodes);
    SetHalves(clock.marks(level), clock.middles(level), parts.data(), count,
              halves.share.data(), halves.mean.data(), halves.spread.data());
    SquareRootOf({halves.spread.data(), nodes}, halves.spread.data());
    DrawLeft(parts.data(), halves.share.data(), halves.mean.data(), halves.spread.data(),
             z.data() + first, count, left.data());
    for (size_t i = 0; i < nodes; ++i) {
      if (!(halves.mean[i] > kNormalAbove)) {
        left[i] = static_cast<double>(
            Binomial(static_cast<int64_t>(parts[i]), halves.share[i], units[first + i]));
      }
      finer[2 * i] = left[i];
      finer[2 * i + 1] = parts[i] - left[i];
    }
    parts.swap(finer);
  }
  std::vector<int64_t> out(weights.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = internal::ToInteger(parts[i]);
  return out;
}

}  // namespace lakeseed
