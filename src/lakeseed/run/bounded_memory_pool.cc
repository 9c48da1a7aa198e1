#include "lakeseed/run/bounded_memory_pool.h"

namespace lakeseed {

arrow::Status BoundedMemoryPool::Check(int64_t more) const {
  if (limit_bytes_ <= 0 || more <= 0) return arrow::Status::OK();
  const int64_t there = backing_->bytes_allocated();
  if (there <= limit_bytes_ - more) return arrow::Status::OK();
  return arrow::Status::OutOfMemory(
      "memory limit reached: ", there, " bytes in use, ", more, " more wanted, limit ",
      limit_bytes_,
      "; raise --memory-limit, or lower --chunk-size or --parallel-workers");
}

arrow::Status BoundedMemoryPool::Allocate(int64_t size, int64_t alignment,
                                          uint8_t** out) {
  ARROW_RETURN_NOT_OK(Check(size));
  return backing_->Allocate(size, alignment, out);
}

arrow::Status BoundedMemoryPool::Reallocate(int64_t old_size, int64_t new_size,
                                            int64_t alignment, uint8_t** ptr) {
  ARROW_RETURN_NOT_OK(Check(new_size - old_size));
  return backing_->Reallocate(old_size, new_size, alignment, ptr);
}

void BoundedMemoryPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  backing_->Free(buffer, size, alignment);
}

}  // namespace lakeseed
