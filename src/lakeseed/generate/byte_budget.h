// ByteBudget: bytes that some caches may take together.
//
// Thread safety: any number of threads.

#pragma once

#include <atomic>
#include <cstdint>

namespace lakeseed {

class ByteBudget {
 public:
  /// From now on, nothing before; what was taken stays taken.
  void Set(int64_t bytes) { bytes_ = bytes; }

  /// Whether so much could be taken.
  bool Has(int64_t bytes) const { return taken_ + bytes <= bytes_; }
  /// Take all of it, or nothing and return false.
  bool Take(int64_t bytes) {
    if (taken_.fetch_add(bytes) + bytes <= bytes_) return true;
    taken_ -= bytes;
    return false;
  }
  void Return(int64_t bytes) { taken_ -= bytes; }
  int64_t taken() const { return taken_; }

 private:
  std::atomic<int64_t> bytes_ = 0, taken_ = 0;
};

}  // namespace lakeseed
