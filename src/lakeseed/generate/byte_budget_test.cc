#include "lakeseed/generate/byte_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace lakeseed {
namespace {

TEST(ByteBudgetTest, TakesAllOrNothing) {
  ByteBudget budget;
  EXPECT_FALSE(budget.Take(1)) << "nothing was given";
  budget.Set(100);
  EXPECT_TRUE(budget.Take(60));
  EXPECT_FALSE(budget.Take(41));
  EXPECT_TRUE(budget.Has(40)) << "what was refused took nothing";
  EXPECT_TRUE(budget.Take(40));
  EXPECT_FALSE(budget.Has(1));
}

TEST(ByteBudgetTest, LessThanWasTakenGivesNothingMore) {
  ByteBudget budget;
  budget.Set(100);
  ASSERT_TRUE(budget.Take(80));
  budget.Set(50);
  EXPECT_FALSE(budget.Take(1));
  budget.Set(81);
  EXPECT_TRUE(budget.Take(1)) << "what was taken stayed taken";
  budget.Return(80);
  EXPECT_EQ(budget.taken(), 1);
  EXPECT_TRUE(budget.Take(80));
}

TEST(ByteBudgetTest, ThreadsTakeNoMoreThanThereIs) {
  ByteBudget budget;
  budget.Set(1000);
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) taken += budget.Take(3) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(taken, 333);
  while (budget.Take(3)) ++taken;
  EXPECT_EQ(taken, 333) << "and lose none of it";
}

}  // namespace
}  // namespace lakeseed
