// Smooth noise: a random signal of time by random access, of unit variance at every
// instant.
//
// Law: value(t) = (a (1 - w) + b w) / sqrt((1 - w)^2 + w^2), a and b normal cells of the
//      knots around t, w the smoothstep of the way between them. Without the root the
//      variance would halve midway: a sensor would be calm on schedule.
// Law: times are integers and knots stand at multiples of the period, so any order of
//      questions gives the same bits; one after another is fast.
// Law: octaves add with weights whose squares sum to 1.
//
// Thread safety: none where nothing else is said; each remembers the knots it saw last.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// A normal number for (key, row, draw).
double NormalCell(const Key& key, int64_t row, int64_t draw = 0);

class SmoothNoise {
 public:
  /// REQUIRES: period >= 1.
  SmoothNoise(const Key& key, int64_t period) : key_(key), period_(period) {}

  double At(int64_t t);

 private:
  Key key_;
  int64_t period_;
  int64_t knot_ = INT64_MIN, next_ = INT64_MIN;  ///< Times from `knot_` to `next_`.
  double a_ = 0, b_ = 0;
};

struct Octaves {
  int64_t period = 1;  ///< Of the first; each next one has half of it, but at least 1.
  int count = 4;
  double fall = 0.5;  ///< Weight of an octave against the one before.
};

class OctaveNoise {
 public:
  OctaveNoise(const Key& key, const Octaves& octaves);

  double At(int64_t t);

 private:
  std::vector<SmoothNoise> octaves_;
  std::vector<double> weights_;
  double root_ = 1;
};

/// The same sum for many streams: the weights of the knots are made once. Its values are
/// those of OctaveNoise but for rounding.
///
/// Thread safety: immutable.
class OctaveTable {
 public:
  explicit OctaveTable(const Octaves& octaves);

  /// out[i] += weight * noise of `key` at first + i. REQUIRES: first >= 0.
  void AddTo(const Key& key, int64_t first, int64_t count, double weight,
             double* out) const;

 private:
  struct Octave {
    int64_t period;
    double weight;
    std::vector<double> before, after;  ///< Weights of both knots by place between them.
  };
  std::vector<Octave> octaves_;
};

}  // namespace lakeseed
