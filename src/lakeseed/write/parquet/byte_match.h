// Bytes that are compared sixteen at a time, for the streams that copy what stood before.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

#include "lakeseed/base/simd_level.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

/// Bytes that DifferingBytes() compares.
inline constexpr int64_t kCompared = 16;

/// Bit i: byte i of sixteen differs.
[[gnu::always_inline]] inline uint32_t DifferingBytes(const uint8_t* a,
                                                      const uint8_t* b) {
#if defined(LAKESEED_HAS_LEVELS)
  const auto load = [](const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b)));
  return static_cast<uint32_t>(equal) ^ 0xFFFF;
#else
  uint32_t bits = 0;
  for (int i = 0; i < kCompared; ++i) bits |= uint32_t{a[i] != b[i]} << i;
  return bits;
#endif
}

/// The slot of some bytes, as a number, in a table of 1 << bits.
[[gnu::always_inline]] inline uint64_t SlotOfBytes(uint64_t bytes, int bits) {
  return (bytes * 0x9E3779B97F4A7C15) >> (64 - bits);
}

}  // namespace lakeseed
