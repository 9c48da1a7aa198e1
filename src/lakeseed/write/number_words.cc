#include "lakeseed/write/number_words.h"

#include <bit>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/number_text.h"

namespace lakeseed {
namespace {

static_assert(std::endian::native == std::endian::little, "words are texts");

using internal::kZeros;
constexpr uint64_t kPoint = uint64_t{'.'} << 40;

/// Four digits as bytes, the first lowest: internal::EightDigits in 32 bits, of which
/// vectors have products at every level.
[[gnu::always_inline]] inline uint32_t FourDigits(uint32_t value) {
  const uint32_t hundreds = value * 10'486 >> 20;
  const uint32_t twos = hundreds | (value - 100 * hundreds) << 16;
  const uint32_t tens = (twos * 103 >> 10) & 0x000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

/// All eight digits of a number, leading zeros too.
[[gnu::always_inline]] inline uint64_t AllDigits(uint32_t value) {
  const uint32_t high = value / 10'000;
  return FourDigits(high) | uint64_t{FourDigits(value - 10'000 * high)} << 32;
}

[[gnu::always_inline]] inline uint32_t NumDigits(uint32_t value) {
  return 1 + (value > 9) + (value > 99) + (value > 999) + (value > 9'999) +
         (value > 99'999) + (value > 999'999) + (value > 9'999'999);
}

}  // namespace

LAKESEED_KERNEL(void, WriteWords,
                (const uint32_t* values, int64_t n, uint64_t* words, uint32_t* sizes),
                (values, n, words, sizes)) {
  for (int64_t i = 0; i < n; ++i) sizes[i] = NumDigits(values[i]);
  for (int64_t i = 0; i < n; ++i) {
    words[i] = (AllDigits(values[i]) | kZeros) >> (64 - 8 * uint64_t{sizes[i]});
  }
}

LAKESEED_KERNEL(void, WriteHundredthsWords,
                (const uint32_t* values, int64_t n, uint64_t* words, uint32_t* sizes),
                (values, n, words, sizes)) {
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t digits = NumDigits(values[i]);
    sizes[i] = (digits < 3 ? 3 : digits) + 1;
  }
  for (int64_t i = 0; i < n; ++i) {
    const uint64_t digits = AllDigits(values[i]) | kZeros;
    // The point takes the place between the last two digits and those before.
    const uint64_t whole = digits >> 8 & 0x0000'00FF'FFFF'FFFF;
    const uint64_t fraction = digits & 0xFFFF'0000'0000'0000;
    words[i] = (whole | kPoint | fraction) >> (64 - 8 * uint64_t{sizes[i]});
  }
}

}  // namespace lakeseed
