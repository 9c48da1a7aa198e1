#include "lakeseed/base/large_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace lakeseed {

namespace {

constexpr uintptr_t kLargePage = uintptr_t{2} << 20;

/// Where the first large page begins from there on.
uintptr_t NextPage(const void* memory) {
  return (reinterpret_cast<uintptr_t>(memory) + kLargePage - 1) / kLargePage * kLargePage;
}

}  // namespace

void PreferLargePages(void* memory, size_t bytes) {
  const uintptr_t end = reinterpret_cast<uintptr_t>(memory) + bytes;
  const uintptr_t first = NextPage(memory);
  if (first < end) {
    (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
  }
}

EmptyPages::EmptyPages(size_t bytes)
    : mapped_((bytes / kLargePage + 2) * kLargePage),
      mapping_(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (mapping_ == MAP_FAILED) return;
  PreferLargePages(mapping_, mapped_);
  data_ = reinterpret_cast<uint8_t*>(NextPage(mapping_));
}

EmptyPages::~EmptyPages() {
  if (data_ != nullptr) munmap(mapping_, mapped_);
}

}  // namespace lakeseed
