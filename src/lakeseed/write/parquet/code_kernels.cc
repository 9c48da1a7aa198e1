#include "lakeseed/write/parquet/code_kernels.h"

#include <algorithm>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/prefetch.h"

namespace lakeseed {
namespace {

#define LAKESEED_INLINE inline __attribute__((always_inline))

/// Values between two looks ahead.
constexpr int64_t kTogether = 256;

template <typename Wide, typename T>
LAKESEED_INLINE bool Subtract(const T* values, int64_t n, Wide min, Wide size,
                              uint32_t* codes) {
  Wide outside = 0;
  for (int64_t begin = 0; begin < n; begin += kTogether) {
    const int64_t end = std::min(begin + kTogether, n);
    PrefetchBehind(values + begin, end - begin);
    for (int64_t i = begin; i < end; ++i) {
      const Wide code = static_cast<Wide>(values[i]) - min;
      codes[i] = static_cast<uint32_t>(code);
      outside |= static_cast<Wide>(code >= size);
    }
  }
  return outside == 0;
}

template <typename T>
LAKESEED_INLINE bool CodesOfAny(const T* values, int64_t n, int64_t min, uint64_t size,
                                uint32_t* codes) {
  // Differences of so narrow values from a near number do not wrap around to a code.
  constexpr int64_t kNear = int64_t{1} << 30;
  if constexpr (sizeof(T) <= 2) {
    if (-kNear < min && min < kNear && size < kNear) {
      return Subtract(values, n, static_cast<uint32_t>(min), static_cast<uint32_t>(size),
                      codes);
    }
  }
  return Subtract(values, n, static_cast<uint64_t>(min), size, codes);
}

/// A table of few small numbers in one word, four bits each.
template <typename Word>
Word FoursOf(std::span<const uint32_t> place_of) {
  Word fours = 0;
  for (size_t code = 0; code < place_of.size(); ++code) {
    fours |= static_cast<Word>(place_of[code]) << (4 * code);
  }
  return fours;
}
template <typename Word>
LAKESEED_INLINE void LookUp(const uint8_t* codes, int64_t n, Word fours,
                            uint8_t* places) {
  for (int64_t i = 0; i < n; ++i) {
    places[i] = static_cast<uint8_t>(fours >> (4 * Word{codes[i]}) & 15);
  }
}
LAKESEED_KERNEL(void, LookUpEight,
                (const uint8_t* codes, int64_t n, uint32_t fours, uint8_t* places),
                (codes, n, fours, places)) {
  LookUp(codes, n, fours, places);
}
LAKESEED_KERNEL(void, LookUpSixteen,
                (const uint8_t* codes, int64_t n, uint64_t fours, uint8_t* places),
                (codes, n, fours, places)) {
  LookUp(codes, n, fours, places);
}
template <typename T>
void LookUpAny(const T* codes, int64_t n, std::span<const uint32_t> place_of, T* places) {
  for (int64_t i = 0; i < n; ++i) places[i] = static_cast<T>(place_of[codes[i]]);
}

template <typename T>
LAKESEED_INLINE void Narrow(const uint32_t* codes, int64_t n, T* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(codes[i]);
}
#undef LAKESEED_INLINE

}  // namespace

// A template is not compiled for levels.
#define LAKESEED_CODES_OF(T)                                                     \
  LAKESEED_KERNEL(                                                               \
      bool, CodesOf,                                                             \
      (const T* values, int64_t n, int64_t min, uint64_t size, uint32_t* codes), \
      (values, n, min, size, codes)) {                                           \
    return CodesOfAny(values, n, min, size, codes);                              \
  }
LAKESEED_CODES_OF(int8_t)
LAKESEED_CODES_OF(int16_t)
LAKESEED_CODES_OF(int32_t)
LAKESEED_CODES_OF(int64_t)
LAKESEED_CODES_OF(uint8_t)
LAKESEED_CODES_OF(uint16_t)
LAKESEED_CODES_OF(uint32_t)
LAKESEED_CODES_OF(uint64_t)
#undef LAKESEED_CODES_OF

LAKESEED_KERNEL(uint32_t, BitsOfCodes, (const uint32_t* codes, int64_t n), (codes, n)) {
  uint32_t bits = 0;
  for (int64_t i = 0; i < n; ++i) bits |= codes[i];
  return bits;
}

LAKESEED_KERNEL(uint64_t, MaskOfCodes, (const uint32_t* codes, int64_t n), (codes, n)) {
  uint64_t mask = 0;
  for (int64_t i = 0; i < n; ++i) mask |= uint64_t{1} << codes[i];
  return mask;
}

LAKESEED_KERNEL(void, NarrowCodes, (const uint32_t* codes, int64_t n, uint8_t* out),
                (codes, n, out)) {
  Narrow(codes, n, out);
}
LAKESEED_KERNEL(void, NarrowCodes, (const uint32_t* codes, int64_t n, uint16_t* out),
                (codes, n, out)) {
  Narrow(codes, n, out);
}
LAKESEED_KERNEL(void, NarrowCodes, (const uint32_t* codes, int64_t n, uint32_t* out),
                (codes, n, out)) {
  Narrow(codes, n, out);
}

void PlacesOf(const uint8_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint8_t* places) {
  if (place_of.size() <= 8) {
    LookUpEight(codes, n, FoursOf<uint32_t>(place_of), places);
  } else if (place_of.size() <= 16) {
    LookUpSixteen(codes, n, FoursOf<uint64_t>(place_of), places);
  } else {
    LookUpAny(codes, n, place_of, places);
  }
}
void PlacesOf(const uint16_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint16_t* places) {
  LookUpAny(codes, n, place_of, places);
}
void PlacesOf(const uint32_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint32_t* places) {
  LookUpAny(codes, n, place_of, places);
}

}  // namespace lakeseed
