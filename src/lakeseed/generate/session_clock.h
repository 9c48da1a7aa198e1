// SessionClock: how variance is spread over the nodes of a session: for each level of
// session_tree.h the liveliness of its nodes, summed up, of several streams (lanes).
//
// Law: a node has its minutes times a U over the session, lively at both ends, times
//      exp(spread noise); the noise of a level is smooth in time, with periods that fit
//      it: hours differ by periods of one and two hours, quarters of an hour by those of
//      15 and 30 minutes, and so on; octaves of equal power. What a level says counts
//      inside the nodes of the level above it.
// Law: a level does not depend on how far down a session is cut.
//
// Source: Mandelbrot, Fisher and Calvet 1997 (clocks of variance).
//
// Thread safety: none; kept to be set again, so that its memory is used again.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/base/key.h"

namespace lakeseed {

class SessionClock {
 public:
  struct Session {
    int32_t day = 0, minutes = 390;
    int32_t full = 390;  ///< Minutes of a session that nothing shortens.
    double spread = 0.8;
  };

  /// REQUIRES: a level of SessionTree; 1 to kLanes keys, those of the clocks.
  void Set(std::span<const Key> keys, const Session& session, size_t level);

  /// Sums before each node of the level, and before the end, of each lane.
  const double* sums() const { return sums_.data(); }

 private:
  std::vector<double> masses_, sums_;
};

namespace internal {

/// A clock's time from a node's begin to its middle and to its end, as the share of the
/// first in the second.
inline double ShareOfLeft(double begin, double middle, double end) {
  return Select(end - begin > 0, (middle - begin) / (end - begin), 1.0);
}

}  // namespace internal

}  // namespace lakeseed
