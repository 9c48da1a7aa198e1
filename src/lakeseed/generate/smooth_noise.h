// Smooth noise: a random signal of time by random access, of unit variance at every
// instant.
//
// Law: value(t) = (a (1 - w) + b w) / sqrt((1 - w)^2 + w^2), a and b normal cells of the
//      knots around t, w the smoothstep of the way between them. Without the root the
//      variance would halve midway: a sensor would be calm on schedule.
// Law: times are integers and knots stand at multiples of the period, so any start gives
//      the same bits. Octaves add with weights whose squares sum to 1.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// A normal number for (key, row, draw).
double NormalCell(const Key& key, int64_t row, int64_t draw = 0);

/// out[i] = value(first + i). REQUIRES: period >= 1.
void SmoothNoise(const Key& key, int64_t first, int64_t count, int64_t period,
                 double* out);

struct Octaves {
  int64_t period = 1;  ///< Of the first; each next one has half of it, but at least 1.
  int count = 4;
  double fall = 0.5;  ///< Weight of an octave against the one before.
};

/// out[i] = noise of the octaves at first + i.
void OctaveNoise(const Key& key, int64_t first, int64_t count, const Octaves& octaves,
                 double* out);

}  // namespace lakeseed
