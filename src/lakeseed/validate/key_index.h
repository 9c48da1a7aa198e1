// KeyIndex: from a table's key to the place of its row among the rows read.
//
// Costs nothing where keys are dense and in order, as they should be.
//
// Thread safety: immutable once all keys are added.

#pragma once

#include <cstdint>
#include <unordered_map>

namespace lakeseed {

class KeyIndex {
 public:
  /// Add the key of the next row. Of equal keys the first row wins.
  void Add(int64_t key) {
    if (places_.empty() && count_ == 0) first_ = key;
    if (dense_ && key != first_ + count_) Spread();
    if (!dense_) places_.try_emplace(key, count_);
    ++count_;
  }

  /// Place of the row, or -1.
  int64_t Find(int64_t key) const {
    if (dense_) return key >= first_ && key - first_ < count_ ? key - first_ : -1;
    const auto found = places_.find(key);
    return found == places_.end() ? -1 : found->second;
  }

  int64_t size() const { return count_; }
  bool dense() const { return dense_; }

 private:
  void Spread() {
    dense_ = false;
    for (int64_t i = 0; i < count_; ++i) places_.try_emplace(first_ + i, i);
  }

  bool dense_ = true;
  int64_t first_ = 0;
  int64_t count_ = 0;
  std::unordered_map<int64_t, int64_t> places_;
};

}  // namespace lakeseed
