#include "lakeseed/generate/held_pools.h"

#include <gtest/gtest.h>

#include <vector>

namespace lakeseed {
namespace {

using Pool = std::vector<int>;

TEST(HeldPools, ReadsWhatSomebodyHoldsOnceAndLate) {
  HeldPools<Pool> pools;
  int reads = 0;
  const auto read = [&]() -> arrow::Result<Pool> { return Pool(3, ++reads); };
  auto one = pools.Hold("a", read), same = pools.Hold("a", read);
  const ColumnShape shape =
      ShapeOfHeld(one, [](const Pool& pool) { return pool.size(); });
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(one, same);
  EXPECT_EQ(one->Get().ValueOrDie(), same->Get().ValueOrDie());
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(shape.kind, ShapeKind::kCategory);
  EXPECT_EQ(shape.num_categories, 3);
  EXPECT_NE(pools.Hold("b", read), one);
}

TEST(HeldPools, ReadsAgainWhatNobodyHolds) {
  HeldPools<Pool> pools;
  int reads = 0;
  const auto read = [&]() -> arrow::Result<Pool> { return Pool(1, ++reads); };
  EXPECT_EQ(pools.Hold("a", read)->Get().ValueOrDie()->front(), 1);
  EXPECT_EQ(pools.Hold("a", read)->Get().ValueOrDie()->front(), 2);
}

TEST(HeldPools, CountsNothingInWhatCannotBeRead) {
  HeldPools<Pool> pools;
  const auto held = pools.Hold(
      "a", []() -> arrow::Result<Pool> { return arrow::Status::Invalid("broken"); });
  const ColumnShape shape =
      ShapeOfHeld(held, [](const Pool& pool) { return pool.size(); });
  EXPECT_EQ(shape.num_categories, 0);
  EXPECT_EQ(held->Get().status(), arrow::Status::Invalid("broken"));
}

}  // namespace
}  // namespace lakeseed
