#include "lakeseed/evaluate/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "lakeseed/base/simd_level.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;

LAKESEED_KERNEL(void, SpreadByEight,
                (const uint8_t* bits, int64_t offset, int64_t length, uint8_t one,
                 uint8_t* bytes),
                (bits, offset, length, one, bytes)) {
  bits += offset / 8;
  const int shift = static_cast<int>(offset % 8);
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    const uint64_t low = bits[i / 8];
    const uint64_t high = shift == 0 ? 0 : bits[i / 8 + 1];
    const uint64_t byte = ((low >> shift) | (high << (8 - shift))) & 0xFF;
    // Each of eight copies keeps its own bit, then any bit becomes the lowest.
    const uint64_t own = (byte * kOnes) & 0x8040201008040201;
    const uint64_t eight = (((own + 0x7F * kOnes) >> 7) & kOnes) * one;
    std::memcpy(bytes + i, &eight, 8);
  }
  for (; i < length; ++i) {
    const int64_t at = i + shift;
    bytes[i] = static_cast<uint8_t>(((bits[at >> 3] >> (at & 7)) & 1) * one);
  }
}

LAKESEED_KERNEL(int64_t, PackByEight,
                (const uint8_t* bytes, int64_t length, int place, uint8_t* bits),
                (bytes, length, place, bits)) {
  uint64_t num_set = 0;
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes + i, 8);
    eight = (eight >> place) & kOnes;
    bits[i / 8] = static_cast<uint8_t>((eight * 0x0102040810204080) >> 56);
    num_set += (eight * kOnes) >> 56;
  }
  if (i < length) bits[i / 8] = 0;
  for (; i < length; ++i) {
    const int one = (bytes[i] >> place) & 1;
    bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] | (one << (i & 7)));
    num_set += static_cast<uint64_t>(one);
  }
  return static_cast<int64_t>(num_set);
}

#if defined(LAKESEED_HAS_LEVELS)

// By hand: a mask of 64 rows is what such vectors compare to, and no compiler finds it.
constexpr int64_t kRows = 64;

bool HasAvx512() { return SimdLevelInUse() == SimdLevel::kAvx512; }

/// Of the rows that fill masks; returns how many these are.
LAKESEED_AVX512 int64_t SpreadByAvx512(const uint8_t* bits, int64_t offset,
                                       int64_t length, uint8_t one, uint8_t* bytes) {
  bits += offset / 8;
  const auto shift = static_cast<uint64_t>(offset % 8);
  const __m512i ones = _mm512_set1_epi8(static_cast<char>(one));
  int64_t i = 0;
  for (; i + kRows <= length; i += kRows) {
    uint64_t set = 0;
    std::memcpy(&set, bits + i / 8, sizeof(set));
    if (shift != 0) {
      set = (set >> shift) | (uint64_t{bits[i / 8 + 8]} << (64 - shift));
    }
    _mm512_storeu_si512(bytes + i, _mm512_maskz_mov_epi8(set, ones));
  }
  return i;
}

LAKESEED_AVX512 int64_t PackByAvx512(const uint8_t* bytes, int64_t length, int place,
                                     uint8_t* bits) {
  const __m512i bit = _mm512_set1_epi8(static_cast<char>(1 << place));
  int64_t num_set = 0;
  for (int64_t i = 0; i < length; i += kRows) {
    const int64_t rows = std::min(kRows, length - i);
    const uint64_t there = ~uint64_t{0} >> (kRows - rows);
    const uint64_t set =
        _mm512_test_epi8_mask(_mm512_maskz_loadu_epi8(there, bytes + i), bit);
    std::memcpy(bits + i / 8, &set, static_cast<size_t>((rows + 7) / 8));
    num_set += std::popcount(set);
  }
  return num_set;
}

#endif

}  // namespace

void SpreadBits(const uint8_t* bits, int64_t offset, int64_t length, uint8_t one,
                uint8_t* bytes) {
  int64_t done = 0;
#if defined(LAKESEED_HAS_LEVELS)
  if (HasAvx512()) done = SpreadByAvx512(bits, offset, length, one, bytes);
#endif
  SpreadByEight(bits, offset + done, length - done, one, bytes + done);
}

int64_t PackBits(const uint8_t* bytes, int64_t length, int place, uint8_t* bits) {
#if defined(LAKESEED_HAS_LEVELS)
  if (HasAvx512()) return PackByAvx512(bytes, length, place, bits);
#endif
  return PackByEight(bytes, length, place, bits);
}

}  // namespace lakeseed
