// Texts of referred rows are made there and looked up: values stay those of the parts.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/spread.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2023-01-01
window: {from: 2023-06-01, to: 2023-12-31}
main: orders
target_rows: 3000
tables:
  customers:
    population:
      {size: 200, growth: 0.003 per day, changes: {rate: 3 per year, tracks: [home]}}
    let: {home: {address: {country: US}}, birthplace: {address: {country: US}}}
    columns:
      customer_id: {key: {}}
      line: birthplace.line1
      city: birthplace.city
      home_city: home.city
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      guest_id: {foreign_key: {to: customers}, null_fraction: 0.3}
      line: customer_id.line
      city: customer_id.city
      home_city: customer_id.home_city
      guest_city: guest_id.city
      whole: concat(customer_id.line, ', ', customer_id.city)
      bars: customer_id.city || '|' || customer_id.home_city
      guest: concat(guest_id.line, ', ', guest_id.city)
      mixed: concat(customer_id.line, ' ', guest_id.line)
)yaml";

/// Columns of text that are looked up whole, in the table of customers.
int64_t NumLookups(const BoundTable& table) {
  return std::count_if(table.columns.begin(), table.columns.end(),
                       [&](const BoundColumn& column) {
                         return column.type->id() == arrow::Type::STRING &&
                                table.graph[static_cast<size_t>(column.node)].kind ==
                                    GraphNode::Kind::kLookup;
                       });
}

TEST(ReferredTextTest, IsTheTextOfItsParts) {
  for (const int64_t cache_bytes : {int64_t{16} << 20, int64_t{0}}) {
    const DatasetPtr shop = BindText(kShop, {.cache_bytes = cache_bytes});
    // The line itself, and the two texts whose key is never null.
    EXPECT_EQ(NumLookups(TableOf(*shop, "orders")), 3);
    const BatchPtr orders = MakeRows(*shop, "orders");
    ASSERT_EQ(orders->num_rows(), 3000);
    int64_t moved = 0;
    for (int64_t i = 0; i < orders->num_rows(); ++i) {
      const auto text = [&](const char* column) { return CellText(*orders, column, i); };
      EXPECT_EQ(text("whole"), text("line") + ", " + text("city"));
      EXPECT_EQ(text("bars"), text("city") + "|" + text("home_city"));
      EXPECT_EQ(text("guest") == "null", text("guest_city") == "null");
      moved += text("city") != text("home_city");
    }
    EXPECT_GT(moved, 2000);
  }
}

TEST(ReferredTextTest, RowsThatHardlyRepeatHaveTheSameValues) {
  std::string many = kShop;
  many.replace(many.find("size: 200,"), 10, "size: 90000,");
  const DatasetPtr shop = BindText(many, {.cache_bytes = 0});
  const BatchPtr whole = MakeRows(*shop, "orders");
  const int64_t first = ExtentOf(*shop, "orders").begin;
  // Few rows are told apart one by one, many that hardly repeat are not.
  constexpr int64_t kFew = 400;
  for (int64_t begin = 0; begin < whole->num_rows(); begin += kFew) {
    const int64_t end = std::min(begin + kFew, whole->num_rows());
    const BatchPtr part =
        MakeRows(*shop, "orders", Rows(RowRange{first + begin, first + end}));
    for (int c = 0; c < whole->num_columns(); ++c) {
      EXPECT_TRUE(whole->column(c)->Slice(begin, end - begin)->Equals(*part->column(c)))
          << whole->column_name(c) << " from row " << begin;
    }
  }
}

TEST(SpreadToChildrenTest, GivesEachChildItsParent) {
  const std::vector<std::vector<int32_t>> families = {{0},
                                                      {0, 0, 0},
                                                      {0, 1, 3, 3, 9, 10},
                                                      {0, 5, 6, 6, 7},
                                                      {0, 0, 2, 12},
                                                      {0, 3, 12, 13, 40, 41, 49}};
  for (const std::vector<int32_t>& offsets : families) {
    std::vector<int> out(static_cast<size_t>(offsets.back()) + 1, -1);
    SpreadToChildren(
        std::span<const int32_t>(offsets),
        [](size_t parent) { return static_cast<int>(parent); }, out.data());
    for (size_t p = 0; p + 1 < offsets.size(); ++p) {
      for (int32_t i = offsets[p]; i < offsets[p + 1]; ++i) {
        EXPECT_EQ(out[static_cast<size_t>(i)], static_cast<int>(p));
      }
    }
    EXPECT_EQ(out.back(), -1);
  }
}

}  // namespace
}  // namespace lakeseed
