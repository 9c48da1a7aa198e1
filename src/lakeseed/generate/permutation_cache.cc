#include "lakeseed/generate/permutation_cache.h"

#include <algorithm>

namespace lakeseed {

namespace {
constexpr int64_t kBlock = 1024;
constexpr int64_t kAhead = 16;  ///< Reads on their way while one is used.
/// One member computed alone costs as much as so many of a table.
constexpr int64_t kMembersPerCall = 8;
}  // namespace

PermutationCache::PermutationCache(const std::vector<Bijection>& bijections,
                                   int64_t bytes)
    : bijections_(bijections), slots_(2 * bijections.size()), bytes_left_(bytes) {}

PermutationCache::~PermutationCache() {
  for (const Slot& slot : slots_) delete[] slot.table.load();
}

template <bool inverse>
void PermutationCache::Look(const int32_t* cohorts, const int64_t* places, int64_t count,
                            int64_t* out) {
  const uint32_t* tables[kAhead] = {};
  const auto fetch = [&](int64_t i) {
    const uint32_t* table = TableOf(cohorts[i], inverse);
    tables[i % kAhead] = table;
    if (table != nullptr) __builtin_prefetch(table + places[i]);
  };
  for (int64_t i = 0; i < std::min(kAhead, count); ++i) fetch(i);
  for (int64_t i = 0; i < count; ++i) {
    const Bijection& bijection = bijections_[static_cast<size_t>(cohorts[i])];
    if (const uint32_t* table = tables[i % kAhead]; table != nullptr) {
      out[i] = table[places[i]];
    } else {
      out[i] = inverse ? bijection.Inverse(places[i]) : bijection.Forward(places[i]);
    }
    if (i + kAhead < count) fetch(i + kAhead);
  }
}

template void PermutationCache::Look<false>(const int32_t*, const int64_t*, int64_t,
                                            int64_t*);
template void PermutationCache::Look<true>(const int32_t*, const int64_t*, int64_t,
                                           int64_t*);

const uint32_t* PermutationCache::Ask(int32_t cohort, bool inverse, Slot* slot) {
  const Bijection& bijection = bijections_[static_cast<size_t>(cohort)];
  const int64_t asked = slot->asked.load(std::memory_order_relaxed) + 1;
  slot->asked.store(asked, std::memory_order_relaxed);
  if (asked * kMembersPerCall < bijection.n()) return nullptr;
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
