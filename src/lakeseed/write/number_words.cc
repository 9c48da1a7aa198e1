#include "lakeseed/write/number_words.h"

#include <bit>

#include "lakeseed/base/march_year.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

static_assert(std::endian::native == std::endian::little, "words are texts");

using internal::FourDigits;
using internal::kZeros;
constexpr uint64_t kPoint = uint64_t{'.'} << 40;

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

LAKESEED_KERNEL(void, WriteDateWords, (const int32_t* days, int64_t n, uint64_t* words),
                (days, n, words)) {
  using March = MarchYear<uint32_t>;
  constexpr auto kBefore = static_cast<uint32_t>(-March::kFirst);
  for (int64_t i = 0; i < n; ++i) {
    const March march = MarchYearOf<uint32_t>(days[i]);
    const uint32_t next_year = march.is_next_year() ? 1 : 0;
    const uint32_t months = march.months();
    const uint32_t month = (months >> 16) - 12 * next_year;
    const uint32_t year = FourDigits(march.year - kBefore + next_year);
    const uint32_t rest = FourDigits(100 * month + March::DayOf(months));
    const uint64_t head = uint64_t{'-'} << 32 | uint64_t{'-'} << 56;
    words[2 * i] = (year | 0x3030'3030) | uint64_t{(rest | 0x3030) & 0xFFFF} << 40 | head;
    words[2 * i + 1] = rest >> 16 | 0x3030;
  }
}

}  // namespace lakeseed
