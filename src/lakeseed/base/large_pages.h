// Large pages for memory that is read here and there: one fault and one entry of the
// machine's table for 2 MB instead of 512.
//
// Thread safety: any number of threads.

#pragma once

#include <cstddef>
#include <cstdint>

namespace lakeseed {

/// Prefer those that lie within the memory as a whole. What is not written to yet still
/// costs nothing.
void PreferLargePages(void* memory, size_t bytes);

/// Memory of the system's own that is 0, in large pages from its begin on.
class EmptyPages {
 public:
  explicit EmptyPages(size_t bytes);
  ~EmptyPages();
  EmptyPages(const EmptyPages&) = delete;
  EmptyPages& operator=(const EmptyPages&) = delete;

  /// nullptr: there is none.
  uint8_t* data() const { return data_; }

 private:
  size_t mapped_;
  void* mapping_;
  uint8_t* data_ = nullptr;
};

}  // namespace lakeseed
