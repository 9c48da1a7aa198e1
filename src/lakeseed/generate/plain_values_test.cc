// All values are unpacked once, whoever asks first.

#include "lakeseed/generate/plain_values.h"

#include <gtest/gtest.h>

#include <atomic>
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
  std::vector<const int32_t*> seen(4);
  std::vector<std::thread> threads;
  for (auto& one : seen) {
    threads.emplace_back([&] { one = plain.Get<int32_t>(kRows, at); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(asked.load(), kRows);
  for (const int32_t* one : seen) {
    ASSERT_EQ(one, seen.front());
    for (int64_t row = 0; row < kRows; ++row) ASSERT_EQ(one[row], row * row - 5);
  }
}

}  // namespace
}  // namespace lakeseed
