// Prefetch: memory that is asked for before it is read. Arrays were written long ago, and
// the processor looks ahead no further than the end of a page.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

/// Ask for the values that are read after the n next ones, a page ahead.
template <typename T>
[[gnu::always_inline]] inline void PrefetchBehind(const T* values, int64_t n) {
  constexpr int64_t kLine = 64 / sizeof(T), kAhead = 4'096 / sizeof(T);
  for (int64_t i = 0; i < n; i += kLine) __builtin_prefetch(values + i + kAhead);
}

}  // namespace lakeseed
