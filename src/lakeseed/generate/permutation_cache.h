// PermutationCache: the permutations of a population's cohorts as arrays.
//
// 4 bytes for each member and direction, made when a cohort was asked for often
// enough to pay for it, and kept until a budget is spent; before and after that the
// bijection is computed each time. Values are the bijection's either way.
//
// Thread safety: lock-free; any thread may ask.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/bijection.h"

namespace lakeseed {

class PermutationCache {
 public:
  /// `bijections` must live longer.
  PermutationCache(const std::vector<Bijection>& bijections, int64_t bytes);
  ~PermutationCache();

  int64_t Forward(int32_t cohort, int64_t x) {
    const uint32_t* table = TableOf(cohort, false, kCostAlone);
    return table != nullptr ? table[x]
                            : bijections_[static_cast<size_t>(cohort)].Forward(x);
  }
  /// out[i] = Forward(cohorts[i], x[i]); out may be x itself.
  void ForwardOf(const int32_t* cohorts, const int64_t* x, int64_t count, int64_t* out) {
    Look<false>(cohorts, x, count, out);
  }
  /// out[i] = Inverse(cohorts[i], y[i]).
  void InverseOf(const int32_t* cohorts, const int64_t* y, int64_t count, int64_t* out) {
    Look<true>(cohorts, y, count, out);
  }
  int64_t Inverse(int32_t cohort, int64_t y) {
    const uint32_t* table = TableOf(cohort, true, kCostAlone);
    return table != nullptr ? table[y]
                            : bijections_[static_cast<size_t>(cohort)].Inverse(y);
  }

 private:
  struct Slot {
    std::atomic<const uint32_t*> table = nullptr;  ///< Owned; never replaced.
    /// What computing the bijection may still cost before a table pays, roughly:
    /// threads may miss each other's.
    std::atomic<int64_t> left = 0;
  };
  /// Costs of a member computed alone and in a block; one of a table costs 1.
  static constexpr int64_t kCostAlone = 8, kCostInBlock = 2;

  template <bool inverse>
  void Look(const int32_t* cohorts, const int64_t* places, int64_t count, int64_t* out);
  /// Replace the places by their images, without a table.
  template <bool inverse>
  void Compute(const int32_t* cohorts, int64_t count, int64_t* places) const;
  const uint32_t* TableOf(int32_t cohort, bool inverse, int64_t cost) {
    Slot& slot = slots_[2 * static_cast<size_t>(cohort) + (inverse ? 1 : 0)];
    const uint32_t* table = slot.table.load(std::memory_order_acquire);
    if (table != nullptr) return table;
    const int64_t left = slot.left.load(std::memory_order_relaxed) - cost;
    slot.left.store(left, std::memory_order_relaxed);
    return left > 0 ? nullptr : Ask(cohort, inverse, &slot);
  }
  /// The table, which pays by now, if it fits the budget, else nullptr.
  const uint32_t* Ask(int32_t cohort, bool inverse, Slot* slot);
  const uint32_t* Make(const Bijection& bijection, bool inverse, Slot* slot);

  const std::vector<Bijection>& bijections_;
  std::vector<Slot> slots_;
  std::atomic<int64_t> bytes_left_;
};

}  // namespace lakeseed
