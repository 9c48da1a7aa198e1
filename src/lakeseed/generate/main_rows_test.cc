#include "lakeseed/generate/main_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

DatasetSpec Shop(const std::string& main, const std::string& count, int64_t target) {
  const std::string text = R"(
dataset: shop
window: {from: 2024-01-01, to: 2024-03-31}
main: )" + main + R"(
target_rows: 100
tables:
  orders:
    events: {per_day: main}
    columns: {order_id: {key: {}}}
  lines:
    per: {parent: orders, count: )" +
                           count + R"(}
    columns: {line_id: {key: {}}}
  facts:
    rows_of: lines
    columns: {fact_id: {key: {}}}
)";
  return *ParseDataset(text, "shop.yaml", "", {.target_rows = target});
}

int64_t RowsOf(const BoundDataset& dataset, const std::string& table) {
  return dataset.table(dataset.FindTable(table)).rows->Extent(dataset.window()).length();
}

TEST(MainRows, EventsThatAreTheMainTableNeedNothing) {
  const auto rows =
      MainRows(Shop("orders", "{geometric: {mean: 2.5, max: 12}}", 70), 70, nullptr);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE(rows->empty());
}

TEST(MainRows, ParentsAreTheLeastWhoseChildrenReachTheTarget) {
  const auto rows = MainRows(Shop("facts", "{const: 3}", 100), 100, nullptr);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->at("facts"), 102) << "34 orders have three lines each";
  EXPECT_EQ(rows->at("lines"), 102);
  EXPECT_EQ(rows->at("orders"), 34);
}

// Every target of a range is met to the row, by lines and by facts.
TEST(MainRows, TheBoundDatasetHasExactlyTheTarget) {
  for (int64_t target = 1; target < 400; target += 37) {
    for (const char* main : {"lines", "facts"}) {
      const auto dataset =
          BoundDataset::Bind(Shop(main, "{geometric: {mean: 2.5, max: 12}}", target), {});
      ASSERT_TRUE(dataset.ok()) << dataset.status();
      EXPECT_EQ(RowsOf(**dataset, "lines"), target);
      EXPECT_EQ(RowsOf(**dataset, "facts"), target);
      EXPECT_EQ(RowsOf(**dataset, "orders"), (target * 2 + 4) / 5);
    }
  }
}

TEST(MainRows, CountsThatAreNeverAboveZeroAreRefused) {
  const auto rows = MainRows(Shop("lines", "{const: 0}", 5), 5, nullptr);
  ASSERT_FALSE(rows.ok());
  EXPECT_NE(rows.status().message().find("has no children to count"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
