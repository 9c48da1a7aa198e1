// HalvedClock: sums of parts from 0 on, padded to 2^k places, cut in halves again and
// again; of several streams (lanes) side by side.
//
// A level has a node for each of its halves that any part lies in: what lies behind the
// last part needs no work. Node i of a level begins at place i * step(level), its middle
// is half a step and its end a step further on; it owns row 2^level + i of a stream.
//
// Layout: what belongs to lane k at place i stands at i * lanes() + k.
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

class HalvedClock {
 public:
  /// REQUIRES: count >= 1; 1 <= lanes <= kLanes; parts holds count * lanes.
  void Set(const double* parts, size_t count, size_t lanes);

  size_t lanes() const { return lanes_; }
  size_t places() const { return places_; }  ///< 2^levels().
  size_t levels() const { return levels_; }
  size_t step(size_t level) const { return places_ >> level; }
  /// Nodes of a level, of which level 0 has one.
  size_t nodes(size_t level) const { return (count_ + step(level) - 1) / step(level); }
  /// Sums before each place, and before the end: places() + 1 of each lane.
  const double* sums() const { return sums_.data(); }

  /// A normal number for each node of each lane: level after level, inside a level node
  /// after node. REQUIRES: a key for each lane.
  const double* NormalsOf(std::span<const Key> keys);

 private:
  size_t count_ = 0, places_ = 1, levels_ = 0, lanes_ = 1;
  std::vector<double> sums_, normals_;
};

namespace internal {

/// A clock's time from a node's begin to its middle and to its end, as the share of the
/// first in the second.
inline double ShareOfLeft(double begin, double middle, double end) {
  return Select(end - begin > 0, (middle - begin) / (end - begin), 1.0);
}

}  // namespace internal

}  // namespace lakeseed
