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

  /// \param steps  of the guide for each group, at most: with more of them a place is
  ///               sooner found.
  /// REQUIRES: starts[0] == 0, ascending, one more than there are groups.
  explicit PrefixIndex(std::vector<int64_t> starts, int64_t steps = 2)
      : starts_(std::move(starts)) {
    while ((total() >> shift_) > steps * static_cast<int64_t>(starts_.size())) ++shift_;
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
  int32_t Find(int64_t place) const { return FindFrom(Guide(place), place); }

  /// groups[i] = Find(places[i]). In passes, so that the reads of many are on their way
  /// together.
  void FindOf(const int64_t* places, int64_t count, int32_t* groups) const {
    for (int64_t first = 0; first < count; first += kTogether) {
      const int64_t end = std::min(count, first + kTogether);
      for (int64_t i = first; i < end; ++i) {
        __builtin_prefetch(guide_.data() + (places[i] >> shift_));
      }
      for (int64_t i = first; i < end; ++i) {
        groups[i] = Guide(places[i]);
        __builtin_prefetch(starts_.data() + groups[i] + 1);
      }
      for (int64_t i = first; i < end; ++i) groups[i] = FindFrom(groups[i], places[i]);
    }
  }

 private:
  static constexpr int64_t kTogether = 256;

  int32_t Guide(int64_t place) const {
    return guide_[static_cast<size_t>(place >> shift_)];
  }

  int32_t FindFrom(int32_t group, int64_t place) const {
    const auto bucket = static_cast<size_t>(place >> shift_);
    // Every other time the guide is one group early: added without a branch to guess.
    group += static_cast<int32_t>(starts_[static_cast<size_t>(group) + 1] <= place);
    const auto from = starts_.begin() + group + 1;
    if (*from > place) return group;
    const auto to = bucket + 1 < guide_.size() ? starts_.begin() + guide_[bucket + 1] + 2
                                               : starts_.end();
    return static_cast<int32_t>(std::upper_bound(from, to, place) - starts_.begin()) - 1;
  }

  std::vector<int64_t> starts_;
  std::vector<int32_t> guide_;  ///< Group of place b << shift_, for every b.
  int shift_ = 0;
};

}  // namespace lakeseed
