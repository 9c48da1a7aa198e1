#include "lakeseed/base/large_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace lakeseed {

void PreferLargePages(void* memory, size_t bytes) {
  constexpr uintptr_t kLargePage = uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<uintptr_t>(memory), end = begin + bytes;
  const uintptr_t first = (begin + kLargePage - 1) / kLargePage * kLargePage;
  if (first < end) {
    (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
  }
}

}  // namespace lakeseed
