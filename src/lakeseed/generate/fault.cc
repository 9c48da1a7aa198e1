#include "lakeseed/generate/fault.h"

#include <cstddef>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

enum : int64_t { kStart = 1, kLength = 2 };  // Draws of a member's cell.

}  // namespace

int64_t Fault::Planned(int64_t cycle) const {
  const auto share = static_cast<int64_t>(options_.share * 0x1p32);
  const auto part = static_cast<int64_t>(Cell(key_, cycle) >> 32);
  return (share * options_.members + part) >> 32;
}

std::vector<Fault::Interval> Fault::IntervalsOf(int64_t cycle) const {
  const Key key = key_.Sub(cycle);
  const Bijection order(key, options_.members);
  const int64_t planned = Planned(cycle);
  std::vector<Interval> intervals(static_cast<size_t>(options_.members));
  // Those that fail, by their place in the cycle's order.
  for (int64_t place = 0; place < planned && place < options_.members; ++place) {
    const int64_t member = order.Inverse(place);
    const int64_t start =
        cycle * options_.period + Below(Cell(key, member, kStart), options_.period);
    const int64_t length = 1 + Below(Cell(key, member, kLength), options_.longest);
    intervals[static_cast<size_t>(member)] = {start, start + length};
  }
  return intervals;
}

}  // namespace lakeseed
