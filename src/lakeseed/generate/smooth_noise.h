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

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// A normal number for (key, row, draw).
double NormalCell(const Key& key, int64_t row, int64_t draw = 0);

/// The same for `count` rows from `first` on, many at once.
void NormalCells(const Key& key, int64_t first, int64_t count, double* out);

/// Where a time lies between two knots: the same for all streams of one period.
struct KnotPlace {
  int64_t knot = 0;                    ///< Number of the one before.
  double rest = 1, way = 0, root = 1;  ///< Noise is (a rest + b way) / root.
};

/// REQUIRES: period >= 1.
KnotPlace PlaceOfTime(int64_t t, int64_t period);

class SmoothNoise {
 public:
  /// REQUIRES: period >= 1.
  SmoothNoise(const Key& key, int64_t period) : key_(key), period_(period) {}

  int64_t period() const { return period_; }
  double At(int64_t t) { return At(PlaceOfTime(t, period_)); }
  /// REQUIRES: a place of its own period.
  double At(const KnotPlace& place) {
    if (place.knot != knot_) Move(place.knot);
    return (a_ * place.rest + b_ * place.way) / place.root;
  }

 private:
  void Move(int64_t knot);

  Key key_;
  int64_t period_;
  int64_t knot_ = INT64_MIN;  ///< Between it and the next one, which have these values.
  double a_ = 0, b_ = 0;
};

struct Octaves {
  int64_t period = 1;  ///< Of the first; each next one has half of it, but at least 1.
  int count = 4;
  double fall = 0.5;  ///< Weight of an octave against the one before.

  int64_t PeriodOf(size_t octave) const;
};

class OctaveNoise {
 public:
  OctaveNoise(const Key& key, const Octaves& octaves);

  double At(int64_t t);
  /// At the time of these places, one for each octave.
  double At(const std::vector<KnotPlace>& places);

 private:
  std::vector<SmoothNoise> octaves_;
  std::vector<double> weights_;
  double root_ = 1;
};

/// Set `places` to where a time lies between the knots of each octave.
void SetPlaces(int64_t t, const Octaves& octaves, std::vector<KnotPlace>* places);

/// The same sum for ranges of time and many streams: the weights of the knots are made
/// once.
///
/// Thread safety: immutable.
class OctaveTable {
 public:
  explicit OctaveTable(const Octaves& octaves);

  /// Noise of each key, side by side (lanes.h), at first, first + 1, and so on: to the
  /// bit that of OctaveNoise. REQUIRES: first >= 0.
  void Of(std::span<const Key> keys, int64_t first, int64_t count, double* out) const;

 private:
  friend class NoiseSum;

  /// By place between two knots; again and again, so that a run may begin at any place.
  struct Octave {
    int64_t period = 1;
    double weight = 1;
    std::vector<double> rest, way, root;  ///< (a rest + b way) / root.
    std::vector<double> before, after;    ///< a before + b after.
  };

  std::vector<Octave> octaves_;
  double root_ = 1;
};

/// Noise of many streams at the same times, added up: all their knots are drawn at once.
/// Its values are those of OctaveNoise but for rounding.
class NoiseSum {
 public:
  /// At first, first + 1, and so on. REQUIRES: first >= 0.
  NoiseSum(int64_t first, int64_t count) : first_(first), count_(count) {
    parts_.reserve(kUsualParts);
    knots_.reserve(kUsualParts * kUsualKnots);
  }

  /// Let Finish() do out[i] += weight * noise of `key` at first + i, in the order of the
  /// calls. REQUIRES: the table and `out` live until then.
  void Add(const OctaveTable& table, const Key& key, double weight, double* out);
  void Finish();

 private:
  static constexpr size_t kUsualParts = 32, kUsualKnots = 16;  ///< There may be more.

  struct Part {
    const OctaveTable::Octave* octave;
    double scale;
    size_t knots;  ///< Place of the first among them all.
    double* out;
  };

  int64_t first_, count_;
  std::vector<Part> parts_;
  std::vector<double> knots_;
};

}  // namespace lakeseed
