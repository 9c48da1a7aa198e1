#include "lakeseed/base/late_value.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace lakeseed {
namespace {

TEST(LateValue, IsMadeOnceForAllThreads) {
  LateValue<int> late;
  std::atomic<int> made = 0;
  std::vector<const int*> seen(4);
  {
    std::vector<std::jthread> threads;
    for (const int*& one : seen) {
      threads.emplace_back([&] {
        one = late.Get([&]() -> arrow::Result<int> { return 40 + ++made; }).ValueOrDie();
      });
    }
  }
  for (const int* one : seen) EXPECT_EQ(one, seen[0]);
  EXPECT_EQ(*seen[0], 41);
  const LateValue<int> moved = std::move(late);
  EXPECT_EQ(moved.Get([]() -> arrow::Result<int> { return 0; }).ValueOrDie(), seen[0]);
}

TEST(LateValue, KeepsTheErrorOfMakingIt) {
  const LateValue<int> late;
  int tries = 0;
  for (int i = 0; i < 2; ++i) {
    const auto made = late.Get([&]() -> arrow::Result<int> {
      ++tries;
      return arrow::Status::Invalid("broken");
    });
    EXPECT_EQ(made.status(), arrow::Status::Invalid("broken"));
  }
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace lakeseed
