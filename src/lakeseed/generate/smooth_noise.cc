#include "lakeseed/generate/smooth_noise.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"

namespace lakeseed {
namespace {

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

double NormalCell(const Key& key, int64_t row, int64_t draw) {
  return InverseNormal(Unit(Cell(key, row, draw)));
}

void SmoothNoise(const Key& key, int64_t first, int64_t count, int64_t period,
                 double* out) {
  int64_t knot = FloorDivide(first, period);
  int64_t place = first - knot * period;
  double a = NormalCell(key, knot), b = NormalCell(key, knot + 1);
  for (int64_t i = 0; i < count; ++i) {
    const double r = static_cast<double>(place) / static_cast<double>(period);
    const double w = r * r * (3.0 - 2.0 * r);
    out[i] = (a * (1 - w) + b * w) / std::sqrt((1 - w) * (1 - w) + w * w);
    if (++place < period) continue;
    place = 0;
    ++knot;
    a = b;
    b = NormalCell(key, knot + 1);
  }
}

void OctaveNoise(const Key& key, int64_t first, int64_t count, const Octaves& octaves,
                 double* out) {
  std::vector<double> one(static_cast<size_t>(count));
  std::fill_n(out, count, 0.0);
  double power = 0, scale = 1;
  for (int k = 0; k < octaves.count; ++k) {
    SmoothNoise(key.Sub(k), first, count, std::max<int64_t>(octaves.period >> k, 1),
                one.data());
    for (int64_t i = 0; i < count; ++i) out[i] += scale * one[static_cast<size_t>(i)];
    power += scale * scale;
    scale *= octaves.fall;
  }
  const double root = std::sqrt(power);
  for (int64_t i = 0; i < count; ++i) out[i] /= root;
}

}  // namespace lakeseed
