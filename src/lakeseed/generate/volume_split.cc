#include "lakeseed/generate/volume_split.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/brownian.h"

namespace lakeseed {
namespace {

constexpr int kWalk = 64;
constexpr double kNormalAbove = 16;

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
  const std::vector<double> clock = PaddedClock(weights);
  const size_t size = clock.size() - 1;
  std::vector<int64_t> parts(size);
  parts[0] = whole;
  for (size_t step = size, nodes = 1; step > 1; step /= 2, nodes *= 2) {
    for (size_t node = 0; node < nodes; ++node) {
      const size_t left = node * step, mid = left + step / 2;
      const double all = clock[left + step] - clock[left];
      const double p = all > 0 ? std::min((clock[mid] - clock[left]) / all, 1.0) : 1.0;
      const uint64_t cell = Cell(key, static_cast<int64_t>(nodes + node));
      const int64_t part = Binomial(parts[left], p, Unit(cell));
      parts[mid] = parts[left] - part;
      parts[left] = part;
    }
  }
  parts.resize(weights.size());
  return parts;
}

}  // namespace lakeseed
