// Words of numbers: the texts of the one-by-one functions, at every level of vectors.

#include "lakeseed/write/number_words.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "lakeseed/base/test_level.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

std::vector<uint32_t> Numbers(uint32_t end) {
  std::vector<uint32_t> numbers;
  for (uint32_t n = 0; n < 20'000; ++n) numbers.push_back(n);
  for (uint32_t power = 10; power < end; power *= 10) {
    for (uint32_t n = power - 3; n < power + 3; ++n) numbers.push_back(n);
  }
  for (uint32_t n = 20'011; n < end - 99'991; n += 99'991) numbers.push_back(n);
  numbers.push_back(end - 1);
  return numbers;
}

std::string TextOf(uint64_t word, uint32_t size) {
  char bytes[8];
  std::memcpy(bytes, &word, sizeof(bytes));
  return {bytes, size};
}

class NumberWordsTest : public AtSimdLevel {};

/// What `write` makes of the numbers below `end` is what `text_of` says.
template <typename Write, typename Text>
void CheckWords(uint32_t end, const Write& write, const Text& text_of) {
  const std::vector<uint32_t> numbers = Numbers(end);
  std::vector<uint64_t> words(numbers.size());
  std::vector<uint32_t> sizes(numbers.size());
  write(numbers.data(), std::ssize(numbers), words.data(), sizes.data());
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_EQ(TextOf(words[i], sizes[i]), text_of(numbers[i]));
  }
}

TEST_P(NumberWordsTest, AreTheTextsOfNumbers) {
  CheckWords(kWordNumbers, WriteWords,
             [](uint32_t number) { return std::to_string(number); });
}

TEST_P(NumberWordsTest, AreTheTextsOfHundredths) {
  CheckWords(kWordHundredths, WriteHundredthsWords, [](uint32_t number) {
    std::string text;
    AppendDecimal(int64_t{number}, 2, &text);
    return text;
  });
}

TEST_P(NumberWordsTest, AreTheTextsOfDates) {
  std::vector<int32_t> days;
  for (int32_t day = kFirstWordDate; day <= kLastWordDate; day += 97) days.push_back(day);
  for (int32_t day = -200'000; day < 200'000; ++day) days.push_back(day);
  days.push_back(kLastWordDate);
  std::vector<uint64_t> words(2 * days.size());
  WriteDateWords(days.data(), std::ssize(days), words.data());
  for (size_t i = 0; i < days.size(); ++i) {
    std::string expected;
    AppendDate(days[i], &expected);
    ASSERT_EQ(TextOf(words[2 * i], 8) + TextOf(words[2 * i + 1], 2), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, NumberWordsTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
