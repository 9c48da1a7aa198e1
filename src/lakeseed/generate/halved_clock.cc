#include "lakeseed/generate/halved_clock.h"

#include <algorithm>
#include <bit>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

LAKESEED_LANES void AddLanes(const double* parts, size_t count, double* sums,
                             size_t lanes) {
  double sum[kLanes] = {};
  for (size_t i = 0; i < count; ++i, parts += lanes) {
    sums += lanes;
    LAKESEED_EACH_LANE(k) sums[k] = sum[k] = sum[k] + parts[k];
  }
}

LAKESEED_KERNEL(void, AddUp,
                (const double* parts, size_t count, double* sums, size_t lanes),
                (parts, count, sums, lanes)) {
  LAKESEED_WITH_LANES(AddLanes, lanes, parts, count, sums);
}

}  // namespace

void HalvedClock::Set(const double* parts, size_t count, size_t lanes) {
  count_ = count;
  lanes_ = lanes;
  places_ = std::bit_ceil(count);
  levels_ = static_cast<size_t>(std::bit_width(places_) - 1);
  sums_.resize((places_ + 1) * lanes);
  std::fill_n(sums_.begin(), lanes, 0.0);
  AddUp(parts, count, sums_.data(), lanes);
  for (size_t i = (count + 1) * lanes; i < sums_.size(); ++i) sums_[i] = sums_[i - lanes];
}

const double* HalvedClock::NormalsOf(std::span<const Key> keys) {
  size_t all = 0;
  for (size_t level = 0; level < levels_; ++level) all += nodes(level) * lanes_;
  normals_.resize(all);
  double* out = normals_.data();
  for (size_t level = 0; level < levels_; ++level) {
    UnitsOf(keys, int64_t{1} << level, static_cast<int64_t>(nodes(level)), 0, out);
    out += nodes(level) * lanes_;
  }
  InverseNormalOf(normals_, normals_.data());
  return normals_.data();
}

}  // namespace lakeseed
