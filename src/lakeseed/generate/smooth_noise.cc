#include "lakeseed/generate/smooth_noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"

namespace lakeseed {

double NormalCell(const Key& key, int64_t row, int64_t draw) {
  return InverseNormal(Unit(Cell(key, row, draw)));
}

double SmoothNoise::At(int64_t t) {
  if (t < knot_ || t >= next_) {
    const int64_t number = t / period_ - (t % period_ < 0 ? 1 : 0);
    const bool follows = t == next_ && next_ != INT64_MIN;
    a_ = follows ? b_ : NormalCell(key_, number);
    b_ = NormalCell(key_, number + 1);
    knot_ = number * period_;
    next_ = knot_ + period_;
  }
  const double r = static_cast<double>(t - knot_) / static_cast<double>(period_);
  const double w = r * r * (3.0 - 2.0 * r);
  return (a_ * (1 - w) + b_ * w) / std::sqrt((1 - w) * (1 - w) + w * w);
}

OctaveNoise::OctaveNoise(const Key& key, const Octaves& octaves) {
  double power = 0, weight = 1;
  for (int k = 0; k < octaves.count; ++k) {
    octaves_.emplace_back(key.Sub(k), std::max<int64_t>(octaves.period >> k, 1));
    weights_.push_back(weight);
    power += weight * weight;
    weight *= octaves.fall;
  }
  root_ = std::sqrt(power);
}

double OctaveNoise::At(int64_t t) {
  double total = 0;
  for (size_t k = 0; k < octaves_.size(); ++k) total += weights_[k] * octaves_[k].At(t);
  return total / root_;
}

OctaveTable::OctaveTable(const Octaves& octaves) {
  double power = 0, weight = 1;
  for (int k = 0; k < octaves.count; ++k) {
    Octave octave{.period = std::max<int64_t>(octaves.period >> k, 1),
                  .weight = weight,
                  .before = {},
                  .after = {}};
    for (int64_t place = 0; place < octave.period; ++place) {
      const double r = static_cast<double>(place) / static_cast<double>(octave.period);
      const double w = r * r * (3.0 - 2.0 * r);
      const double root = std::sqrt((1 - w) * (1 - w) + w * w);
      octave.before.push_back((1 - w) / root);
      octave.after.push_back(w / root);
    }
    octaves_.push_back(std::move(octave));
    power += weight * weight;
    weight *= octaves.fall;
  }
  for (Octave& octave : octaves_) octave.weight /= std::sqrt(power);
}

void OctaveTable::AddTo(const Key& key, int64_t first, int64_t count, double weight,
                        double* out) const {
  for (size_t k = 0; k < octaves_.size(); ++k) {
    const Octave& octave = octaves_[k];
    const Key stream = key.Sub(static_cast<int64_t>(k));
    int64_t knot = first / octave.period;
    auto place = static_cast<size_t>(first % octave.period);
    double a = NormalCell(stream, knot), b = NormalCell(stream, knot + 1);
    const double scale = weight * octave.weight;
    for (int64_t i = 0; i < count; ++i) {
      out[i] += scale * (a * octave.before[place] + b * octave.after[place]);
      if (++place < octave.before.size()) continue;
      place = 0;
      a = b;
      b = NormalCell(stream, ++knot + 1);
    }
  }
}

}  // namespace lakeseed
