#include "lakeseed/generate/permutation_cache.h"

#include <algorithm>

namespace lakeseed {

namespace {
constexpr int64_t kBlock = 1024;
constexpr int64_t kLook = 128;  ///< Places whose reads are on their way together.
}  // namespace

PermutationCache::PermutationCache(const std::vector<Bijection>& bijections,
                                   int64_t bytes)
    : bijections_(bijections), slots_(2 * bijections.size()), bytes_left_(bytes) {
  for (size_t i = 0; i < slots_.size(); ++i) slots_[i].left = bijections[i / 2].n();
}

PermutationCache::~PermutationCache() {
  for (const Slot& slot : slots_) delete[] slot.table.load();
}

template <bool inverse>
void PermutationCache::Look(const int32_t* cohorts, const int64_t* places, int64_t count,
                            int64_t* out) {
  const uint32_t* tables[kLook];
  int32_t which[kLook];
  int64_t open[kLook], where[kLook];  // Without a table: places, and whose they are.
  for (int64_t begin = 0; begin < count; begin += kLook) {
    const int64_t size = std::min(kLook, count - begin);
    int64_t num_open = 0;
    for (int64_t i = 0; i < size; ++i) {
      const int32_t cohort = cohorts[begin + i];
      tables[i] = TableOf(cohort, inverse, kCostInBlock);
      if (tables[i] != nullptr) {
        __builtin_prefetch(tables[i] + places[begin + i]);
        continue;
      }
      which[num_open] = cohort;
      open[num_open] = places[begin + i];
      where[num_open++] = begin + i;
    }
    for (int64_t i = 0; i < size; ++i) {
      if (tables[i] != nullptr) out[begin + i] = tables[i][places[begin + i]];
    }
    Compute<inverse>(which, num_open, open);
    for (int64_t i = 0; i < num_open; ++i) out[where[i]] = open[i];
  }
}

template <bool inverse>
void PermutationCache::Compute(const int32_t* cohorts, int64_t count,
                               int64_t* places) const {
  const auto other = [&](int32_t cohort) { return cohort != cohorts[0]; };
  if (std::any_of(cohorts, cohorts + count, other)) {
    const auto each = inverse ? Bijection::EachInverseOf : Bijection::EachForwardOf;
    each(bijections_.data(), cohorts, places, count, places);
  } else if (count > 0) {
    const Bijection& bijection = bijections_[static_cast<size_t>(cohorts[0])];
    inverse ? bijection.InverseOf(places, count, places)
            : bijection.ForwardOf(places, count, places);
  }
}

template void PermutationCache::Look<false>(const int32_t*, const int64_t*, int64_t,
                                            int64_t*);
template void PermutationCache::Look<true>(const int32_t*, const int64_t*, int64_t,
                                           int64_t*);

const uint32_t* PermutationCache::Ask(int32_t cohort, bool inverse, Slot* slot) {
  const Bijection& bijection = bijections_[static_cast<size_t>(cohort)];
  // Only looked at first: cohorts over budget come here for every row.
  const int64_t bytes = 4 * bijection.n();
  if (bytes_left_.load(std::memory_order_relaxed) < bytes) return nullptr;
  if (bytes_left_.fetch_sub(bytes) < bytes) {
    bytes_left_ += bytes;
    return nullptr;
  }
  return Make(bijection, inverse, slot);
}

const uint32_t* PermutationCache::Make(const Bijection& bijection, bool inverse,
                                       Slot* slot) {
  auto table = std::make_unique<uint32_t[]>(static_cast<size_t>(bijection.n()));
  int64_t block[kBlock];
  for (int64_t begin = 0; begin < bijection.n(); begin += kBlock) {
    const int64_t count = std::min(kBlock, bijection.n() - begin);
    for (int64_t i = 0; i < count; ++i) block[i] = begin + i;
    inverse ? bijection.InverseOf(block, count, block)
            : bijection.ForwardOf(block, count, block);
    for (int64_t i = 0; i < count; ++i) {
      table[static_cast<size_t>(begin + i)] = static_cast<uint32_t>(block[i]);
    }
  }
  const uint32_t* expected = nullptr;
  if (slot->table.compare_exchange_strong(expected, table.get())) return table.release();
  bytes_left_ += 4 * bijection.n();  // Another thread was quicker.
  return expected;
}

}  // namespace lakeseed
