// Luhn's check digit (ISO/IEC 7812-1): from the right every second digit counts twice,
// 9 less where that has two digits; the sum of all is a multiple of ten.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <string_view>

namespace lakeseed {

/// What a digit adds to the sum.
constexpr int64_t LuhnPart(int64_t digit, bool twice) {
  const int64_t part = twice ? 2 * digit : digit;
  return part > 9 ? part - 9 : part;
}

/// What digits add, of which the last one counts twice or once.
inline int64_t LuhnSum(std::string_view digits, bool twice) {
  int64_t sum = 0;
  for (auto one = digits.rbegin(); one != digits.rend(); ++one, twice = !twice) {
    sum += LuhnPart(*one - '0', twice);
  }
  return sum;
}

}  // namespace lakeseed
