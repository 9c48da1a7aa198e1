// Texts of many short numbers at once, each in the first bytes of a word of its own, and
// of many dates, each in two words.
//
// Loops of the kind that compilers make wide, compiled for AVX2 and AVX-512 too and
// chosen at run time, with the same result.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

/// Numbers below this have words; so have hundredths, whose point is a byte, below a
/// tenth.
inline constexpr uint32_t kWordNumbers = 100'000'000;
inline constexpr uint32_t kWordHundredths = kWordNumbers / 10;

/// The digits of `n` numbers, the first digit in the lowest byte, and how many these are.
/// REQUIRES: values[i] < kWordNumbers.
void WriteWords(const uint32_t* values, int64_t n, uint64_t* words, uint32_t* sizes);

/// The same of hundredths: two digits behind the point, one before it at least.
/// REQUIRES: values[i] < kWordHundredths.
void WriteHundredthsWords(const uint32_t* values, int64_t n, uint64_t* words,
                          uint32_t* sizes);

/// First and last day of the years that dates have four digits of, 0000 to 9999.
inline constexpr int32_t kFirstWordDate = -719'528, kLastWordDate = 2'932'896;
inline constexpr uint32_t kDateBytes = 10;

/// The texts YYYY-MM-DD of `n` days, two words each. REQUIRES: days[i] is in
/// [kFirstWordDate, kLastWordDate].
void WriteDateWords(const int32_t* days, int64_t n, uint64_t* words);

}  // namespace lakeseed
