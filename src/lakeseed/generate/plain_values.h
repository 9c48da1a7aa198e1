// PlainValues: the values of a small table's column, unpacked once all of them are there:
// a look-up is one read. Words that are small numbers lie in half of the room, as what is
// read here and there should stay in the caches.
//
// Thread safety: any number of threads.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace lakeseed {

class PlainValues {
 public:
  /// Rows of tables that are small: two megabytes of the widest values.
  static constexpr int64_t kMostRows = int64_t{1} << 18;

  /// use(values): all values at(0) .. at(rows - 1), as const T* or as const int32_t*.
  /// REQUIRES: T is the same for each call.
  template <typename T, typename At, typename Use>
  void Read(int64_t rows, const At& at, const Use& use) {
    const void* made = made_.load(std::memory_order_acquire);
    if (made == nullptr) {
      const std::lock_guard lock(mutex_);
      if (values_ == nullptr) Make<T>(rows, at);
      made = made_.load(std::memory_order_relaxed);
    }
    if constexpr (sizeof(T) == sizeof(int64_t)) {
      if (is_narrow_) return use(static_cast<const int32_t*>(made));
    }
    use(static_cast<const T*>(made));
  }

 private:
  template <typename T, typename At>
  void Make(int64_t rows, const At& at) {
    T* const wide = Room<T>(rows);
    for (int64_t i = 0; i < rows; ++i) wide[i] = static_cast<T>(at(i));
    const void* made = wide;
    if constexpr (sizeof(T) == sizeof(int64_t)) {
      is_narrow_ = std::all_of(wide, wide + rows,
                               [](T value) { return std::in_range<int32_t>(value); });
      if (is_narrow_) {
        const auto all = std::move(values_);
        auto* const narrow = Room<int32_t>(rows);
        for (int64_t i = 0; i < rows; ++i) narrow[i] = static_cast<int32_t>(all[i]);
        made = narrow;
      }
    }
    made_.store(made, std::memory_order_release);
  }

  template <typename T>
  T* Room(int64_t rows) {
    values_ = std::make_unique<int64_t[]>(
        (static_cast<size_t>(rows) * sizeof(T) + sizeof(int64_t) - 1) / sizeof(int64_t));
    return reinterpret_cast<T*>(values_.get());
  }

  std::atomic<const void*> made_ = nullptr;
  bool is_narrow_ = false;  ///< Set before.
  std::mutex mutex_;
  std::unique_ptr<int64_t[]> values_;
};

}  // namespace lakeseed
