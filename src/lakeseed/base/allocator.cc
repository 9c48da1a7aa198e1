#include "lakeseed/base/allocator.h"

#include <arrow/memory_pool.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "lakeseed/base/large_pages.h"

namespace lakeseed {

void ChooseAllocator() {
  setenv("ARROW_DEFAULT_MEMORY_POOL", "jemalloc", 0);
  constexpr size_t kHeap = size_t{32} << 20;
  mallopt(M_MMAP_THRESHOLD, static_cast<int>(kHeap));
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(2 * kHeap));
  void* const heap = malloc(kHeap - 4096);
  PreferLargePages(heap, kHeap - 4096);
  free(heap);
  // A pool of its own has figures of its own: the default pool's are told to users.
  constexpr int64_t kPool = int64_t{64} << 20;
  const std::unique_ptr<arrow::MemoryPool> pool = arrow::MemoryPool::CreateDefault();
  uint8_t* room = nullptr;
  if (!pool->Allocate(kPool, &room).ok()) return;
  PreferLargePages(room, kPool);
  pool->Free(room, kPool);
}

}  // namespace lakeseed
