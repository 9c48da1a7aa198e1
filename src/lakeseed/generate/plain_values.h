// PlainValues: the values of a small table's column as they are, unpacked once all of
// them are there: a look-up is one read.
//
// Thread safety: any number of threads.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace lakeseed {

class PlainValues {
 public:
  /// Rows of tables that are small: two megabytes of the widest values.
  static constexpr int64_t kMostRows = int64_t{1} << 18;

  /// All values at(0) .. at(rows - 1). REQUIRES: T is the same for each call.
  template <typename T, typename At>
  const T* Get(int64_t rows, const At& at) {
    const void* made = made_.load(std::memory_order_acquire);
    if (made == nullptr) {
      const std::lock_guard lock(mutex_);
      if (values_ == nullptr) {
        values_ = std::make_unique<int64_t[]>(
            (static_cast<size_t>(rows) * sizeof(T) + sizeof(int64_t) - 1) /
            sizeof(int64_t));
        T* const to = reinterpret_cast<T*>(values_.get());
        for (int64_t i = 0; i < rows; ++i) to[i] = static_cast<T>(at(i));
        made_.store(to, std::memory_order_release);
      }
      made = made_.load(std::memory_order_relaxed);
    }
    return static_cast<const T*>(made);
  }

 private:
  std::atomic<const void*> made_ = nullptr;
  std::mutex mutex_;
  std::unique_ptr<int64_t[]> values_;
};

}  // namespace lakeseed
