// PrefixIndex: which group a place belongs to, when groups have known sizes.
//
// Holds the ascending starts of groups 0 .. n-1 and the end; empty groups are
// never found. A guide makes the search a step or two.
//
// Thread safety: immutable.

#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace lakeseed {

class PrefixIndex {
 public:
  PrefixIndex() : PrefixIndex({0}) {}

  /// REQUIRES: starts[0] == 0, ascending, one more than there are groups.
  explicit PrefixIndex(std::vector<int64_t> starts) : starts_(std::move(starts)) {
    while ((total() >> shift_) > 2 * static_cast<int64_t>(starts_.size())) ++shift_;
    int32_t group = 0;
    for (int64_t place = 0; place < total(); place += int64_t{1} << shift_) {
      while (starts_[static_cast<size_t>(group) + 1] <= place) ++group;
      guide_.push_back(group);
    }
  }

  int32_t groups() const { return static_cast<int32_t>(starts_.size()) - 1; }
  int64_t total() const { return starts_.back(); }
  /// Start of a group; groups() gives the end of the last.
  int64_t operator[](int32_t group) const { return starts_[static_cast<size_t>(group)]; }
  const int64_t* starts() const { return starts_.data(); }
  int64_t Size(int32_t group) const { return (*this)[group + 1] - (*this)[group]; }

  /// Group of a place. REQUIRES: 0 <= place < total().
  int32_t Find(int64_t place) const {
    const auto bucket = static_cast<size_t>(place >> shift_);
    // Every other time the guide is one group early: added without a branch to guess.
    int32_t group = guide_[bucket];
    group += static_cast<int32_t>(starts_[static_cast<size_t>(group) + 1] <= place);
    const auto from = starts_.begin() + group + 1;
    if (*from > place) return group;
    const auto to = bucket + 1 < guide_.size() ? starts_.begin() + guide_[bucket + 1] + 2
                                               : starts_.end();
    return static_cast<int32_t>(std::upper_bound(from, to, place) - starts_.begin()) - 1;
  }

 private:
  std::vector<int64_t> starts_;
  std::vector<int32_t> guide_;  ///< Group of place b << shift_, for every b.
  int shift_ = 0;
};

}  // namespace lakeseed
