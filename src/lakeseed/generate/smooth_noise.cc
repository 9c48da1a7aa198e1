#include "lakeseed/generate/smooth_noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

/// Times that are worked on at once.
constexpr int64_t kRun = 512;
/// Periods from here on are worked on from knot to knot.
constexpr int64_t kLongPeriod = 16;

/// Noise between knots that stand side by side, from the place `at` between the first
/// two on.
LAKESEED_LANES void AddExactLanes(const double* knots, int64_t period, int64_t at,
                                  const double* rest, const double* way,
                                  const double* root, double weight, int64_t count,
                                  double* out, size_t lanes) {
  for (int64_t end = period - at; count > 0; knots += lanes, end = period, at = 0) {
    for (int64_t i = std::min(end, count); i > 0; --i, --count, ++at, out += lanes) {
      const double a = rest[at], b = way[at], c = root[at];
      LAKESEED_EACH_LANE(k) {
        const double value = (knots[k] * a + knots[lanes + k] * b) / c;
        out[k] += weight * value;
      }
    }
  }
}

LAKESEED_KERNEL(void, AddExact,
                (const double* knots, int64_t period, int64_t at, const double* rest,
                 const double* way, const double* root, double weight, int64_t count,
                 double* out, size_t lanes),
                (knots, period, at, rest, way, root, weight, count, out, lanes)) {
  LAKESEED_WITH_LANES(AddExactLanes, lanes, knots, period, at, rest, way, root, weight,
                      count, out);
}

LAKESEED_KERNEL(void, Divide, (double by, size_t count, double* out), (by, count, out)) {
  for (size_t i = 0; i < count; ++i) out[i] /= by;
}

LAKESEED_KERNEL(void, AddScaled,
                (const double* knots, int64_t period, const double* before,
                 const double* after, double scale, int64_t count, double* out),
                (knots, period, before, after, scale, count, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] += scale * (knots[i] * before[i] + knots[i + period] * after[i]);
  }
}

LAKESEED_KERNEL(void, AddBetween,
                (double a, double b, const double* before, const double* after,
                 double scale, int64_t count, double* out),
                (a, b, before, after, scale, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] += scale * (a * before[i] + b * after[i]);
}

/// Append uniform numbers for the knots around [first, first + count).
void AppendKnots(const Key& key, int64_t period, int64_t first, int64_t count,
                 std::vector<double>* units) {
  const int64_t knot = first / period;
  const int64_t knots = (first + count - 1) / period - knot + 2;
  const size_t at = units->size();
  units->resize(at + static_cast<size_t>(knots));
  UnitsOf(key, Rows(RowRange{knot, knot + knots}), 0, knots, 0, units->data() + at);
}

/// Each of the values `period` times, from the place `skip` of the first on.
void Spread(const double* values, int64_t period, int64_t skip, int64_t count,
            double* out) {
  for (int64_t i = 0, left = period - skip; i < count; left = period) {
    const double value = *values++;
    for (const int64_t end = std::min(i + left, count); i < end; ++i) out[i] = value;
  }
}

}  // namespace

double NormalCell(const Key& key, int64_t row, int64_t draw) {
  return InverseNormal(Unit(Cell(key, row, draw)));
}

void NormalCells(const Key& key, int64_t first, int64_t count, double* out) {
  UnitsOf(key, Rows(RowRange{first, first + count}), 0, count, 0, out);
  InverseNormalOf({out, static_cast<size_t>(count)}, out);
}

KnotPlace PlaceOfTime(int64_t t, int64_t period) {
  const int64_t knot = t / period - (t % period < 0 ? 1 : 0);
  const double r = static_cast<double>(t - knot * period) / static_cast<double>(period);
  const double w = r * r * (3.0 - 2.0 * r);
  return {knot, 1 - w, w, std::sqrt((1 - w) * (1 - w) + w * w)};
}

void SmoothNoise::Move(int64_t knot) {
  const bool follows = knot_ != INT64_MIN && knot == knot_ + 1;
  a_ = follows ? b_ : NormalCell(key_, knot);
  b_ = NormalCell(key_, knot + 1);
  knot_ = knot;
}

int64_t Octaves::PeriodOf(size_t octave) const {
  return std::max<int64_t>(period >> octave, 1);
}

void SetPlaces(int64_t t, const Octaves& octaves, std::vector<KnotPlace>* places) {
  places->resize(static_cast<size_t>(octaves.count));
  for (size_t k = 0; k < places->size(); ++k) {
    (*places)[k] = PlaceOfTime(t, octaves.PeriodOf(k));
  }
}

OctaveNoise::OctaveNoise(const Key& key, const Octaves& octaves) {
  double power = 0, weight = 1;
  for (size_t k = 0; k < static_cast<size_t>(octaves.count); ++k) {
    octaves_.emplace_back(key.Sub(static_cast<int64_t>(k)), octaves.PeriodOf(k));
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

double OctaveNoise::At(const std::vector<KnotPlace>& places) {
  double total = 0;
  for (size_t k = 0; k < octaves_.size(); ++k) {
    total += weights_[k] * octaves_[k].At(places[k]);
  }
  return total / root_;
}

OctaveTable::OctaveTable(const Octaves& octaves) {
  double power = 0, weight = 1;
  for (size_t k = 0; k < static_cast<size_t>(octaves.count); ++k) {
    Octave octave;
    octave.period = octaves.PeriodOf(k);
    octave.weight = weight;
    for (int64_t i = 0; i < octave.period + kRun; ++i) {
      const KnotPlace place = PlaceOfTime(i, octave.period);
      octave.rest.push_back(place.rest);
      octave.way.push_back(place.way);
      octave.root.push_back(place.root);
      octave.before.push_back(place.rest / place.root);
      octave.after.push_back(place.way / place.root);
    }
    octaves_.push_back(std::move(octave));
    power += weight * weight;
    weight *= octaves.fall;
  }
  root_ = std::sqrt(power);
}

void OctaveTable::Of(std::span<const Key> keys, int64_t first, int64_t count,
                     double* out) const {
  const size_t lanes = keys.size(), all = static_cast<size_t>(count) * lanes;
  std::fill_n(out, all, 0.0);
  std::vector<double> knots;
  for (size_t k = 0; k < octaves_.size(); ++k) {
    Key subs[kLanes];
    for (size_t lane = 0; lane < lanes; ++lane) {
      subs[lane] = keys[lane].Sub(static_cast<int64_t>(k));
    }
    const int64_t knot = first / octaves_[k].period;
    const int64_t more = (first + count - 1) / octaves_[k].period - knot + 2;
    const size_t at = knots.size();
    knots.resize(at + static_cast<size_t>(more) * lanes);
    UnitsOf({subs, lanes}, knot, more, 0, knots.data() + at);
  }
  InverseNormalOf(knots, knots.data());
  const double* knot = knots.data();
  for (const Octave& octave : octaves_) {
    const int64_t period = octave.period;
    AddExact(knot, period, first % period, octave.rest.data(), octave.way.data(),
             octave.root.data(), octave.weight, count, out, lanes);
    knot +=
        static_cast<size_t>((first + count - 1) / period - first / period + 2) * lanes;
  }
  Divide(root_, all, out);
}

void NoiseSum::Add(const OctaveTable& table, const Key& key, double weight, double* out) {
  for (size_t k = 0; k < table.octaves_.size(); ++k) {
    const OctaveTable::Octave& octave = table.octaves_[k];
    parts_.push_back({.octave = &octave,
                      .scale = weight * (octave.weight / table.root_),
                      .knots = knots_.size(),
                      .out = out});
    AppendKnots(key.Sub(static_cast<int64_t>(k)), octave.period, first_, count_, &knots_);
  }
}

void NoiseSum::Finish() {
  InverseNormalOf(knots_, knots_.data());
  std::vector<double> spread(static_cast<size_t>(count_ + kLongPeriod));
  for (const Part& part : parts_) {
    const OctaveTable::Octave& octave = *part.octave;
    const double* knot = knots_.data() + part.knots;
    int64_t place = first_ % octave.period;
    if (octave.period >= kLongPeriod) {
      for (int64_t i = 0, run = 0; i < count_; i += run, place = 0, ++knot) {
        run = std::min({octave.period - place, count_ - i});
        AddBetween(knot[0], knot[1], octave.before.data() + place,
                   octave.after.data() + place, part.scale, run, part.out + i);
      }
      continue;
    }
    Spread(knot, octave.period, place, count_ + octave.period, spread.data());
    for (int64_t i = 0; i < count_; i += kRun) {
      const int64_t at = (first_ + i) % octave.period;
      AddScaled(spread.data() + i, octave.period, octave.before.data() + at,
                octave.after.data() + at, part.scale, std::min(kRun, count_ - i),
                part.out + i);
    }
  }
  parts_.clear();
  knots_.clear();
}

}  // namespace lakeseed
