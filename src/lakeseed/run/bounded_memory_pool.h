// BoundedMemoryPool: a memory pool with a ceiling that is kept.
//
// It counts all that its backing pool has given out, so memory that writers take
// from the backing pool directly counts too, though only this pool refuses.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/memory_pool.h>

#include <cstdint>
#include <string>

namespace lakeseed {

class BoundedMemoryPool final : public arrow::MemoryPool {
 public:
  /// `limit_bytes` 0: no limit. `backing` outlives this pool.
  BoundedMemoryPool(arrow::MemoryPool* backing, int64_t limit_bytes)
      : backing_(backing), limit_bytes_(limit_bytes) {}

  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                           uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  void ReleaseUnused() override { backing_->ReleaseUnused(); }

  int64_t bytes_allocated() const override { return backing_->bytes_allocated(); }
  int64_t max_memory() const override { return backing_->max_memory(); }
  int64_t total_bytes_allocated() const override {
    return backing_->total_bytes_allocated();
  }
  int64_t num_allocations() const override { return backing_->num_allocations(); }
  std::string backend_name() const override { return backing_->backend_name(); }

 private:
  arrow::Status Check(int64_t more) const;

  arrow::MemoryPool* const backing_;
  const int64_t limit_bytes_;
};

}  // namespace lakeseed
