// MarchYear: years that begin in March, so that a leap day is the last of its year; what
// conversions of days are made of, in words that vectors have products of.
//
// Source: Neri & Schneider, Euclidean affine functions and their application to calendar
// algorithms (2022): quotients by constants, one product gives a year and its day.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

inline constexpr int64_t kYearsPerEra = 400;
inline constexpr int64_t kDaysPerEra = 146'097;
/// Days from 0000-03-01 to 1970-01-01.
inline constexpr int64_t kDaysToEpoch = 719'468;

/// Days count from 0 with so many eras before the year 0.
template <typename Word>
inline constexpr int64_t kErasBefore = sizeof(Word) == 8 ? 14'704 : 3'423;

/// Words of 32 bits hold days of so much either side of 1970.
inline constexpr int32_t kMostShortDays = 500'000'000;

template <typename Word>
struct MarchYear {
  static constexpr int64_t kFirst = -kErasBefore<Word> * kYearsPerEra;
  Word year;         ///< Less kFirst.
  uint32_t in_year;  ///< Days before it: 365 on 29 February.

  /// January and February are of the next year of the calendar.
  bool is_next_year() const { return in_year >= 306; }
  /// 65536 times the month (13 and 14: of the next year), and of its days 2141 each.
  uint32_t months() const { return 2'141 * in_year + 197'913; }
  static uint32_t DayOf(uint32_t months) { return (months & 0xFFFF) / 2'141 + 1; }
};

/// REQUIRES: words of 64 bits, or |days| <= kMostShortDays.
template <typename Word>
[[gnu::always_inline]] inline MarchYear<Word> MarchYearOf(int32_t days) {
  constexpr uint64_t kDaysOf4Years = 1461, kYearStep = 2'939'745;  // 2^32 / 1461 up.
  static_assert(kYearStep == (uint64_t{1} << 32) / kDaysOf4Years + 1);
  constexpr auto kShift =
      static_cast<Word>(kDaysToEpoch + kErasBefore<Word> * kDaysPerEra);
  const Word quarters = 4 * (static_cast<Word>(days) + kShift) + 3;
  const Word century = quarters / kDaysPerEra;
  const auto in_century =
      static_cast<uint32_t>(quarters - century * static_cast<Word>(kDaysPerEra)) / 4;
  const uint64_t years = kYearStep * (4 * in_century + 3);
  return {static_cast<Word>(100 * century + static_cast<uint32_t>(years >> 32)),
          static_cast<uint32_t>(years) / static_cast<uint32_t>(4 * kYearStep)};
}

/// Leap days before a year, less those before the first.
template <typename Word>
[[gnu::always_inline]] inline Word LeapDaysBefore(Word year) {
  return year / 4 - year / 100 + year / 400;
}

}  // namespace lakeseed
