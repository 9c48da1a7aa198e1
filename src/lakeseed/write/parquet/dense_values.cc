#include "lakeseed/write/parquet/dense_values.h"

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/prefetch.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed::internal {
namespace {

/// Fewer valid values of 64 are looked for one by one.
constexpr int kFew = 20;

template <typename Word>
void CopyValidAny(const uint8_t* validity, int64_t offset, int64_t rows,
                  const Word* values, Word* out) {
  for (int64_t base = 0; base < rows; base += 64) {
    const int64_t some = std::min<int64_t>(64, rows - base);
    uint64_t bits = BitsAt(validity, offset + base, some);
    const Word* from = values + base;
    PrefetchBehind(from, 64);
    if (std::popcount(bits) < kFew) {
      for (; bits != 0; bits &= bits - 1) *out++ = from[std::countr_zero(bits)];
    } else {
      // Every row is written, only the valid ones are kept: no branch to mispredict.
      for (int64_t i = 0; i < some; ++i) {
        *out = from[i];
        out += (bits >> i) & 1;
      }
    }
  }
}

#if defined(LAKESEED_HAS_LEVELS)

/// Values at once, in one register.
template <typename Word>
constexpr int kTogether = sizeof(Word) == 8 ? 8 : 16;

/// Write those of the mask, and some behind them. Only those are read.
template <typename Word>
LAKESEED_AVX512 [[gnu::always_inline]] inline void Compress(const Word* from,
                                                            uint16_t mask, Word* out) {
  if constexpr (sizeof(Word) == 8) {
    const auto eight = static_cast<__mmask8>(mask);
    const __m512i values = _mm512_maskz_loadu_epi64(eight, from);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi64(eight, values));
  } else if constexpr (sizeof(Word) == 4) {
    const __m512i values = _mm512_maskz_loadu_epi32(mask, from);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(mask, values));
  } else if constexpr (sizeof(Word) == 2) {
    const __m512i values =
        _mm512_maskz_cvtepu16_epi32(mask, _mm256_maskz_loadu_epi16(mask, from));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(out),
        _mm512_maskz_cvtepi32_epi16(0xFFFF, _mm512_maskz_compress_epi32(mask, values)));
  } else {
    const __m512i values =
        _mm512_maskz_cvtepu8_epi32(mask, _mm_maskz_loadu_epi8(mask, from));
    _mm_storeu_si128(
        reinterpret_cast<__m128i*>(out),
        _mm512_maskz_cvtepi32_epi8(0xFFFF, _mm512_maskz_compress_epi32(mask, values)));
  }
}

// By hand: it needs an instruction of AVX-512.
template <typename Word>
LAKESEED_AVX512 void CopyValidByAvx512(const uint8_t* validity, int64_t offset,
                                       int64_t rows, const Word* values, Word* out) {
  constexpr uint64_t kMask = (uint64_t{1} << kTogether<Word>)-1;
  for (int64_t base = 0; base < rows; base += 64) {
    uint64_t bits = BitsAt(validity, offset + base, std::min<int64_t>(64, rows - base));
    const Word* from = values + base;
    PrefetchBehind(from, 64);
    for (; bits != 0; bits >>= kTogether<Word>, from += kTogether<Word>) {
      const uint64_t mask = bits & kMask;
      Compress(from, static_cast<uint16_t>(mask), out);
      out += std::popcount(mask);
    }
  }
}

#endif

template <typename Word>
void CopyValidOf(const uint8_t* validity, int64_t offset, int64_t rows,
                 const Word* values, Word* out) {
#if defined(LAKESEED_HAS_LEVELS)
  if (SimdLevelInUse() == SimdLevel::kAvx512) {
    return CopyValidByAvx512(validity, offset, rows, values, out);
  }
#endif
  CopyValidAny(validity, offset, rows, values, out);
}

}  // namespace

void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint8_t* values, uint8_t* out) {
  CopyValidOf(validity, offset, rows, values, out);
}
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint16_t* values, uint16_t* out) {
  CopyValidOf(validity, offset, rows, values, out);
}
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint32_t* values, uint32_t* out) {
  CopyValidOf(validity, offset, rows, values, out);
}
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint64_t* values, uint64_t* out) {
  CopyValidOf(validity, offset, rows, values, out);
}

}  // namespace lakeseed::internal
