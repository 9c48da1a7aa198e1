// PermutationCache: the permutations of a population's cohorts as arrays.
//
// 4 bytes for each member and direction, made when first asked for and kept
// until a budget is spent; after that the bijection is computed each time.
// Values are the bijection's either way.
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
    const uint32_t* table = TableOf(cohort, false);
    return table != nullptr ? table[x]
                            : bijections_[static_cast<size_t>(cohort)].Forward(x);
  }
  /// out[i] = Inverse(cohorts[i], y[i]).
  void InverseOf(const int32_t* cohorts, const int64_t* y, int64_t count, int64_t* out);
  int64_t Inverse(int32_t cohort, int64_t y) {
    const uint32_t* table = TableOf(cohort, true);
    return table != nullptr ? table[y]
                            : bijections_[static_cast<size_t>(cohort)].Inverse(y);
  }

 private:
  const uint32_t* TableOf(int32_t cohort, bool inverse) {
    auto& slot = slots_[2 * static_cast<size_t>(cohort) + (inverse ? 1 : 0)];
    const uint32_t* table = slot.load(std::memory_order_acquire);
    return table != nullptr ? table : Make(cohort, inverse);
  }
  const uint32_t* Make(int32_t cohort, bool inverse);

  const std::vector<Bijection>& bijections_;
  std::vector<std::atomic<const uint32_t*>> slots_;  ///< Owned; never replaced.
  std::atomic<int64_t> bytes_left_;
};

}  // namespace lakeseed
