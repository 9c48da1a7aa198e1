// Sums of children: of small and of large numbers, with and without nulls.

#include "lakeseed/generate/fold.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace lakeseed {
namespace {

constexpr int64_t kLarge = int64_t{1} << 31;
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

std::shared_ptr<arrow::Array> Array(const std::vector<int64_t>& values,
                                    const std::vector<bool>& valid = {}) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(valid.empty() ? builder.AppendValues(values).ok()
                            : builder.AppendValues(values, valid).ok());
  return builder.Finish().ValueOrDie();
}

arrow::Result<std::shared_ptr<arrow::Array>> Sum(const arrow::Array& values,
                                                 const std::vector<int32_t>& offsets) {
  return FoldChildren(FoldKind::kSum, &values, offsets, arrow::int64(),
                      arrow::default_memory_pool());
}

TEST(FoldTest, SumsAreThoseOfEachParentsChildren) {
  const std::vector<int32_t> offsets = {0, 2, 2, 5, 6};
  for (const int64_t factor :
       {int64_t{1}, int64_t{-1}, kLarge - 1, kLarge, -kLarge - 1}) {
    const auto values = Array({factor, 0, -factor, -factor, factor, factor});
    const auto sums = Sum(*values, offsets).ValueOrDie();
    EXPECT_TRUE(sums->Equals(*Array({factor, 0, -factor, factor}))) << factor;
  }
}

TEST(FoldTest, SumsSkipNulls) {
  const auto values = Array({1, 2, 3, kLarge}, {true, false, true, true});
  EXPECT_TRUE(Sum(*values, {0, 2, 4}).ValueOrDie()->Equals(*Array({1, 3 + kLarge})));
}

TEST(FoldTest, SumsOfSomeChildrenOfAnArray) {
  const auto values = Array({7, 1, 2, 4});
  EXPECT_TRUE(Sum(*values, {1, 2, 4}).ValueOrDie()->Equals(*Array({1, 6})));
  EXPECT_EQ(Sum(*values, {2}).ValueOrDie()->length(), 0);
}

TEST(FoldTest, SumsThatLeaveTheTypeAreErrors) {
  EXPECT_TRUE(Sum(*Array({kMost, 1}), {0, 1, 2}).ok());
  const auto status = Sum(*Array({kMost, 1}), {0, 2}).status();
  EXPECT_NE(status.message().find("leaves its type"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
