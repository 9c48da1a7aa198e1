// All values are unpacked once, whoever asks first.

#include "lakeseed/generate/plain_values.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <vector>

namespace lakeseed {
namespace {

TEST(PlainValues, AreUnpackedOnce) {
  PlainValues plain;
  std::atomic<int64_t> asked = 0;
  const auto at = [&](int64_t row) {
    ++asked;
    return row * row - 5;
  };
  constexpr int64_t kRows = 1001;
  std::vector<const int16_t*> seen(4);
  std::vector<std::thread> threads;
  for (auto& one : seen) {
    threads.emplace_back([&] {
      plain.Read<int16_t>(kRows, at, [&](const int16_t* values) { one = values; });
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(asked.load(), kRows);
  for (const int16_t* one : seen) {
    ASSERT_EQ(one, seen.front());
    for (int64_t row = 0; row < kRows; ++row) {
      ASSERT_EQ(one[row], static_cast<int16_t>(row * row - 5));
    }
  }
}

TEST(PlainValues, AreNarrowWhereAllAreSmall) {
  constexpr int64_t kRows = 77, kSmallest = std::numeric_limits<int32_t>::min();
  for (const int64_t first : {kSmallest, kSmallest - 1}) {
    PlainValues plain;
    for (int again = 0; again < 2; ++again) {
      plain.Read<int64_t>(
          kRows, [&](int64_t row) { return first + row; },
          [&](const auto* values) {
            EXPECT_EQ(sizeof(*values), first == kSmallest ? 4 : 8);
            for (int64_t row = 0; row < kRows; ++row) ASSERT_EQ(values[row], first + row);
          });
    }
  }
}

}  // namespace
}  // namespace lakeseed
