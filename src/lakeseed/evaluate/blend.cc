#include "lakeseed/evaluate/blend.h"

#include <algorithm>
#include <cstring>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/evaluate/vector.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {
namespace {

template <class T>
[[gnu::always_inline]] inline void Columns(const uint16_t* choice, int64_t length,
                                           uint16_t k, const T* from, T* to) {
  for (int64_t i = 0; i < length; ++i) to[i] = choice[i] == k ? from[i] : to[i];
}

template <class T>
[[gnu::always_inline]] inline void Values(const uint16_t* choice, int64_t length,
                                          uint16_t k, T value, T* to) {
  for (int64_t i = 0; i < length; ++i) to[i] = choice[i] == k ? value : to[i];
}

}  // namespace

LAKESEED_KERNEL(void, TakeWhereTrue,
                (const uint8_t* truth, int64_t length, uint16_t last, uint16_t k,
                 uint16_t* choice, uint8_t* open),
                (truth, length, last, k, choice, open)) {
  for (int64_t i = 0; i < length; ++i) {
    const bool take = (truth[i] == kTrue) & (choice[i] == last);
    choice[i] = take ? k : choice[i];
    open[i] = take ? uint8_t{0} : open[i];
  }
}

LAKESEED_KERNEL(void, PassWhereNull,
                (const uint8_t* valid, int64_t length, uint16_t k, uint16_t* choice,
                 uint8_t* open),
                (valid, length, k, choice, open)) {
  const auto next = static_cast<uint16_t>(k + 1);
  for (int64_t i = 0; i < length; ++i) {
    const bool pass = (valid[i] == 0) & (choice[i] == k);
    choice[i] = pass ? next : choice[i];
    open[i] = pass ? open[i] : uint8_t{0};
  }
}

LAKESEED_KERNEL(void, MarkBranch,
                (const uint16_t* choice, int64_t length, uint16_t k,
                 const uint8_t* matters, uint8_t* active),
                (choice, length, k, matters, active)) {
  for (int64_t i = 0; i < length; ++i) active[i] = choice[i] == k ? 1 : 0;
  if (matters == nullptr) return;
  for (int64_t i = 0; i < length; ++i) active[i] = matters[i] != 0 ? active[i] : 0;
}

LAKESEED_KERNEL(void, BlendColumn,
                (const uint16_t* choice, int64_t length, uint16_t k, const int64_t* from,
                 int64_t* to),
                (choice, length, k, from, to)) {
  Columns(choice, length, k, from, to);
}
LAKESEED_KERNEL(void, BlendColumn,
                (const uint16_t* choice, int64_t length, uint16_t k, const int32_t* from,
                 int32_t* to),
                (choice, length, k, from, to)) {
  Columns(choice, length, k, from, to);
}
LAKESEED_KERNEL(void, BlendColumn,
                (const uint16_t* choice, int64_t length, uint16_t k, const uint8_t* from,
                 uint8_t* to),
                (choice, length, k, from, to)) {
  Columns(choice, length, k, from, to);
}

namespace {

LAKESEED_KERNEL(void, BlendMoved,
                (const uint16_t* choice, int64_t length, uint16_t k, const int32_t* moved,
                 const int32_t* codes, int32_t* to),
                (choice, length, k, moved, codes, to)) {
  for (int64_t i = 0; i < length; ++i) {
    // A mask, as a choice between two values would become a jump.
    const int32_t takes = -static_cast<int32_t>(choice[i] == k);
    to[i] = (moved[codes[i]] & takes) | (to[i] & ~takes);
  }
}

#if defined(LAKESEED_HAS_LEVELS)

constexpr size_t kMostKept = 64;

/// The same of at most 64 codes: these stay in vectors, and no row looks at memory.
LAKESEED_AVX512 void BlendKept(const uint16_t* choice, int64_t length, uint16_t k,
                               const int32_t* moved, size_t num_moved,
                               const int32_t* codes, int32_t* to) {
  alignas(64) int32_t all[kMostKept] = {};
  std::copy_n(moved, num_moved, all);
  const __m512i a = _mm512_load_si512(all), b = _mm512_load_si512(all + 16),
                c = _mm512_load_si512(all + 32), d = _mm512_load_si512(all + 48);
  const __m256i branch = _mm256_set1_epi16(static_cast<int16_t>(k));
  const __m512i half = _mm512_set1_epi32(32);
  for (int64_t i = 0; i < length; i += 16) {
    const int64_t rows = std::min<int64_t>(16, length - i);
    const auto there = static_cast<__mmask16>(0xFFFF >> (16 - rows));
    const __mmask16 takes = _mm256_mask_cmpeq_epi16_mask(
        there, _mm256_maskz_loadu_epi16(there, choice + i), branch);
    const __m512i code = _mm512_maskz_loadu_epi32(takes, codes + i);
    const __m512i low = _mm512_permutex2var_epi32(a, code, b);
    const __m512i high = _mm512_permutex2var_epi32(c, code, d);
    _mm512_mask_storeu_epi32(
        to + i, takes,
        _mm512_mask_mov_epi32(low, _mm512_test_epi32_mask(code, half), high));
  }
}

#endif

}  // namespace

void MoveCodes(const int32_t* moved, size_t num_moved, const int32_t* codes,
               int64_t length, int32_t* to) {
  // The texts that come first in a merged dictionary mostly keep their places.
  size_t kept = 0;
  while (kept < num_moved && moved[kept] == static_cast<int32_t>(kept)) ++kept;
  if (kept == num_moved) {
    std::copy_n(codes, length, to);
  } else {
    for (int64_t i = 0; i < length; ++i) to[i] = moved[codes[i]];
  }
}

void BlendCodes(const uint16_t* choice, int64_t length, uint16_t k, const int32_t* moved,
                size_t num_moved, const int32_t* codes, int32_t* to) {
#if defined(LAKESEED_HAS_LEVELS)
  if (num_moved <= kMostKept && SimdLevelInUse() == SimdLevel::kAvx512) {
    return BlendKept(choice, length, k, moved, num_moved, codes, to);
  }
#endif
  BlendMoved(choice, length, k, moved, codes, to);
}

LAKESEED_KERNEL(void, BlendValue,
                (const uint16_t* choice, int64_t length, uint16_t k, int64_t value,
                 int64_t* to),
                (choice, length, k, value, to)) {
  Values(choice, length, k, value, to);
}
LAKESEED_KERNEL(void, BlendValue,
                (const uint16_t* choice, int64_t length, uint16_t k, int32_t value,
                 int32_t* to),
                (choice, length, k, value, to)) {
  Values(choice, length, k, value, to);
}
LAKESEED_KERNEL(void, BlendValue,
                (const uint16_t* choice, int64_t length, uint16_t k, uint8_t value,
                 uint8_t* to),
                (choice, length, k, value, to)) {
  Values(choice, length, k, value, to);
}

LAKESEED_KERNEL(void, MarkOpen, (const uint8_t* matters, int64_t length, uint8_t* open),
                (matters, length, open)) {
  if (matters == nullptr) {
    std::memset(open, 1, static_cast<size_t>(length));
    return;
  }
  for (int64_t i = 0; i < length; ++i) open[i] = matters[i] != 0 ? 1 : 0;
}

LAKESEED_KERNEL(void, MarkUnsettled,
                (const uint8_t* truth, uint8_t settled, const uint8_t* matters,
                 int64_t length, uint8_t* open),
                (truth, settled, matters, length, open)) {
  for (int64_t i = 0; i < length; ++i) open[i] = truth[i] != settled ? 1 : 0;
  if (matters == nullptr) return;
  for (int64_t i = 0; i < length; ++i) open[i] = matters[i] != 0 ? open[i] : 0;
}

LAKESEED_KERNEL(void, MarkUnknown, (const uint8_t* valid, int64_t length, uint8_t* truth),
                (valid, length, truth)) {
  for (int64_t i = 0; i < length; ++i) {
    truth[i] = valid[i] != 0 ? truth[i] : uint8_t{kUnknown};
  }
}

LAKESEED_KERNEL(void, IntersectBytes,
                (const uint8_t* a, const uint8_t* b, int64_t length, uint8_t* valid),
                (a, b, length, valid)) {
  for (int64_t i = 0; i < length; ++i) valid[i] = a[i] & b[i];
}

LAKESEED_KERNEL(void, LowerTruths, (const uint8_t* other, int64_t length, uint8_t* truth),
                (other, length, truth)) {
  for (int64_t i = 0; i < length; ++i) truth[i] = std::min(truth[i], other[i]);
}

LAKESEED_KERNEL(void, RaiseTruths, (const uint8_t* other, int64_t length, uint8_t* truth),
                (other, length, truth)) {
  for (int64_t i = 0; i < length; ++i) truth[i] = std::max(truth[i], other[i]);
}

LAKESEED_KERNEL(void, TakeTruths,
                (uint32_t truths, const int32_t* codes, int64_t length, uint8_t* to),
                (truths, codes, length, to)) {
  for (int64_t i = 0; i < length; ++i) {
    to[i] = static_cast<uint8_t>((truths >> (2 * static_cast<uint32_t>(codes[i]))) & 3);
  }
}

LAKESEED_KERNEL(void, FillNulls,
                (const int64_t* from, const uint8_t* valid, int64_t length, int64_t value,
                 int64_t* to),
                (from, valid, length, value, to)) {
  for (int64_t i = 0; i < length; ++i) to[i] = valid[i] != 0 ? from[i] : value;
}

LAKESEED_KERNEL(void, KeepCodes,
                (const int32_t* codes, const uint8_t* valid, int64_t length, int32_t* to),
                (codes, valid, length, to)) {
  for (int64_t i = 0; i < length; ++i) to[i] = valid[i] != 0 ? codes[i] : 0;
}

LAKESEED_KERNEL(bool, AnyOutside,
                (const int64_t* values, int64_t length, int64_t low, int64_t high),
                (values, length, low, high)) {
  int64_t outside = 0;
  for (int64_t i = 0; i < length; ++i) {
    outside |= static_cast<int64_t>((values[i] < low) | (values[i] > high));
  }
  return outside != 0;
}

}  // namespace lakeseed
