// The pieces of a Feistel round that one bijection and a family of them share.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <cstdint>

#include "lakeseed/base/function.h"

namespace lakeseed::internal {

// lowbias32 (C. Wellons) but its last step: 32 bits are enough for a half and are twice
// as fast as a 64-bit cell.
inline uint32_t MixHalf(uint32_t half, uint32_t key) {
  uint32_t x = half + key;
  x = (x ^ (x >> 16)) * 0x7FEB352D;
  return (x ^ (x >> 15)) * 0x846CA68B;
}

inline uint32_t RoundValue(uint32_t half, uint32_t key, uint32_t size) {
  uint32_t x = MixHalf(half, key);
  x = x ^ (x >> 16);
  return static_cast<uint32_t>((static_cast<uint64_t>(x) * size) >> 32);
}

// The same for small sizes, whose products fit the lanes of 32 bits.
// REQUIRES: size <= 2^16.
inline uint32_t SmallRoundValue(uint32_t half, uint32_t key, uint32_t size) {
  const uint32_t x = MixHalf(half, key), high = x >> 16, low = (x ^ high) & 0xFFFF;
  return (high * size + ((low * size) >> 16)) >> 16;
}

// Sums modulo size without a branch: the wrong one of the two wraps around and
// is larger. REQUIRES: x, y < size <= 2^31.
inline uint32_t AddModulo(uint32_t x, uint32_t y, uint32_t size) {
  const uint32_t sum = x + y;
  return std::min(sum, sum - size);
}

inline uint32_t SubtractModulo(uint32_t x, uint32_t y, uint32_t size) {
  const uint32_t difference = x - y;
  return std::min(difference, difference + size);
}

// Division through a double: right to within one for x < 2^52, then corrected.
inline void SplitOne(int64_t x, uint32_t b, double inverse, uint32_t* left,
                     uint32_t* right) {
  const auto value = static_cast<uint64_t>(x);
  const auto q = static_cast<uint32_t>(ToInteger(FromInteger(value) * inverse));
  // Modulo 2^32 the remainder is in (-b, 2 b): the three cases do not overlap.
  const uint32_t r = static_cast<uint32_t>(value) - q * b;
  const uint32_t negative = r >= 0xC0000000u ? 1 : 0;
  const uint32_t over = (r >= b ? 1u : 0u) & ~negative;
  *left = q + over - negative;
  *right = r + (negative ? b : 0u) - (over ? b : 0u);
}

// The same for small numbers, by a product. REQUIRES: reciprocal = floor((2^32 - 1) / b).
inline void SplitByProduct(uint32_t x, uint32_t b, uint32_t reciprocal, uint32_t* left,
                           uint32_t* right) {
  // At most one too small.
  const auto q = static_cast<uint32_t>((static_cast<uint64_t>(x) * reciprocal) >> 32);
  const uint32_t r = x - q * b;
  *left = q + (r >= b ? 1 : 0);
  *right = std::min(r, r - b);
}

}  // namespace lakeseed::internal
