// Values of a day that are kept are those that are computed anew.

#include "lakeseed/generate/day_values.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/test_dataset.h"
#include "lakeseed/generate/version_caches.h"

namespace lakeseed {
namespace {

// Levels are 0 as often as not: what says that nothing is known is a value too.
constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2023-01-01
window: {from: 2023-06-01, to: 2023-12-31}
main: orders
target_rows: 60000
tables:
  products:
    population:
      {size: 500, growth: 0.003 per day, churn: 0.001 per day,
       changes: {rate: 3 per year, tracks: [level, score, kind, offer]}}
    let:
      level: {uniform: [0, 1]}
      score: {uniform: [-1000, 1000]}
      kind: {choice: {gold: 0.2, silver: 0.3, none: 0.5}}
      offer: {uniform: [1, 9], null_fraction: 0.5}
    columns:
      product_id: {key: {}}
      weight: {uniform: [1, 9]}
      tier: kind
      bonus: offer
      rank: {expr: score, type: int32}
      rebate: {expr: "if(level = 0, 0.00, score * 0.25)", type: "decimal(10,2)"}
      price: {expr: "score * 0.01", type: "decimal(10,2)"}
      seen: {expr: "if($alive, score, 0)"}
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      product_id: {foreign_key: {to: products, popularity: {zipf: 0.8}}}
      other_id: {foreign_key: {to: products}, null_fraction: 0.3}
      rank: product_id.rank
      rebate: product_id.rebate
      price: product_id.price
      other_price: other_id.price
)yaml";

int NodeOf(const BoundTable& table, const std::string& column) {
  return table.columns[static_cast<size_t>(table.FindColumn(column))].node;
}

std::unique_ptr<DayValues> Keep(const BoundDataset& shop,
                                const std::vector<std::string>& columns,
                                ByteBudget* budget) {
  const BoundTable& products = TableOf(shop, "products");
  std::vector<int> nodes;
  for (const std::string& column : columns) nodes.push_back(NodeOf(products, column));
  return DayValues::Make(shop, products.index, nodes, budget);
}

/// Keys that repeat, of products that were born before the window.
std::shared_ptr<arrow::Int64Array> SomeKeys(int64_t seed, int64_t count) {
  arrow::Int64Builder keys;
  for (int64_t i = 0; i < count; ++i) {
    EXPECT_TRUE(keys.Append(1 + Below(Cell({7, 8}, seed, i), 400)).ok());
  }
  return std::static_pointer_cast<arrow::Int64Array>(keys.Finish().ValueOrDie());
}

std::shared_ptr<arrow::Int32Array> Days(int32_t day, int64_t count) {
  arrow::Int32Builder days;
  EXPECT_TRUE(days.AppendValues(std::vector<int32_t>(count, day)).ok());
  return std::static_pointer_cast<arrow::Int32Array>(days.Finish().ValueOrDie());
}

/// A column of products, made for each key by itself.
std::shared_ptr<arrow::Array> Computed(const BoundDataset& shop,
                                       const std::string& column,
                                       const arrow::Int64Array& keys, int32_t day) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < keys.length(); ++i) rows.push_back(keys.Value(i) - 1);
  const int place = TableOf(shop, "products").FindColumn(column);
  return MakeRows(shop, "products", Rows(std::move(rows)), shop.default_as_of(), {place},
                  Days(day, keys.length()))
      ->column(0);
}

/// What is kept of a column; nullptr: nothing is.
std::shared_ptr<arrow::Array> Kept(DayValues* values, const BoundDataset& shop,
                                   const std::string& column,
                                   const arrow::Int64Array& keys, int32_t day) {
  const int node = NodeOf(TableOf(shop, "products"), column);
  return values
      ->ValuesOf(node, keys, *Days(day, keys.length()), arrow::default_memory_pool())
      .ValueOrDie();
}

constexpr int32_t kDay = 200;
constexpr int64_t kBudget = 1 << 20;

TEST(DayValuesTest, AreThoseThatAreComputed) {
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 0});
  ByteBudget budget;
  budget.Set(kBudget);
  // Words of 8 and of 4 bytes, each of them as that which says what is known.
  for (const auto& columns : std::vector<std::vector<std::string>>{
           {"rebate", "rank", "price"}, {"rank", "price", "rebate"}, {"price"}}) {
    const auto values = Keep(*shop, columns, &budget);
    ASSERT_NE(values, nullptr);
    for (int64_t call = 0; call < 12; ++call) {
      const int32_t day = kDay + static_cast<int32_t>(call / 4);
      const auto keys = SomeKeys(call, 300);
      for (const std::string& column : columns) {
        const auto kept = Kept(values.get(), *shop, column, *keys, day);
        ASSERT_NE(kept, nullptr) << column << " of day " << day;
        ASSERT_TRUE(kept->ValidateFull().ok());
        EXPECT_TRUE(kept->Equals(*Computed(*shop, column, *keys, day)))
            << column << " of day " << day << ", call " << call;
      }
    }
  }
  EXPECT_EQ(budget.taken(), 0);
}

TEST(DayValuesTest, BeginOnceEnoughWasAskedForOnADay) {
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 0});
  ByteBudget budget;
  budget.Set(kBudget);
  const auto values = Keep(*shop, {"price"}, &budget);
  const auto few = SomeKeys(0, 30);
  int32_t calls = 0;
  while (Kept(values.get(), *shop, "price", *few, kDay) == nullptr) ++calls;
  EXPECT_GT(calls, 1);
  EXPECT_LT(calls, 10);
  EXPECT_EQ(Kept(values.get(), *shop, "price", *few, kDay + 1), nullptr);
  EXPECT_NE(Kept(values.get(), *shop, "price", *few, kDay), nullptr);
}

TEST(DayValuesTest, OnlyTheLatestDaysAreKept) {
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 0});
  ByteBudget budget;
  budget.Set(kBudget);
  const auto values = Keep(*shop, {"price"}, &budget);
  const auto keys = SomeKeys(0, 300);
  const auto is_kept = [&](int32_t day) {
    return Kept(values.get(), *shop, "price", *keys, day) != nullptr;
  };
  EXPECT_TRUE(is_kept(kDay));
  const int64_t of_day = budget.taken();
  for (int32_t day = kDay + 1; day < kDay + 9; ++day) {
    EXPECT_TRUE(is_kept(day));
    EXPECT_TRUE(is_kept(day - 1));
    EXPECT_EQ(budget.taken(), static_cast<int64_t>(DayValues::kMostDays) * of_day);
  }
  EXPECT_FALSE(is_kept(kDay));
  EXPECT_TRUE(is_kept(kDay + 8));
  // Of rows on several days nothing is.
  arrow::Int32Builder builder;
  for (int64_t i = 0; i < keys->length(); ++i) {
    ASSERT_TRUE(builder.Append(kDay + 7 + static_cast<int32_t>(i % 2)).ok());
  }
  const auto days =
      std::static_pointer_cast<arrow::Int32Array>(builder.Finish().ValueOrDie());
  const int node = NodeOf(TableOf(*shop, "products"), "price");
  EXPECT_EQ(
      values->ValuesOf(node, *keys, *days, arrow::default_memory_pool()).ValueOrDie(),
      nullptr);
}

TEST(DayValuesTest, WhereThereIsRoomForOneDayItIsTheLatest) {
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 0});
  ByteBudget budget;
  budget.Set(shop->referable_rows(shop->FindTable("products")) * 8);
  const auto values = Keep(*shop, {"price"}, &budget);
  EXPECT_EQ(Keep(*shop, {"price", "rank"}, &budget), nullptr);
  const auto keys = SomeKeys(0, 300);
  for (int32_t day = kDay; day < kDay + 4; ++day) {
    EXPECT_NE(Kept(values.get(), *shop, "price", *keys, day), nullptr);
    EXPECT_EQ(Kept(values.get(), *shop, "price", *keys, day - 1), nullptr);
    EXPECT_NE(Kept(values.get(), *shop, "price", *keys, day), nullptr);
    EXPECT_FALSE(budget.Has(1));
  }
}

TEST(DayValuesTest, HoldOnlyWordsThatTheVersionDecides) {
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 0});
  ByteBudget budget;
  budget.Set(kBudget);
  // Neither what never changes, nor codes of texts, what may be null, or what changes
  // with the day; nor others beside them.
  for (const char* column : {"weight", "tier", "bonus", "seen"}) {
    EXPECT_EQ(Keep(*shop, {column}, &budget), nullptr) << column;
    EXPECT_EQ(Keep(*shop, {"price", column}, &budget), nullptr) << column;
  }
}

TEST(DayValuesTest, ServeRowsWhoseVersionsFindNoRoom) {
  const BatchPtr plain = MakeRows(*BindText(kShop, {.cache_bytes = 0}), "orders",
                                  Rows(ExtentOf(*BindText(kShop), "orders")));
  // Less than all versions take, and more than a day.
  const DatasetPtr shop = BindText(kShop, {.cache_bytes = 48 << 10});
  const BoundTable& products = TableOf(*shop, "products");
  std::vector<int> together;
  for (const char* column : {"rank", "rebate", "price"}) {
    together.push_back(NodeOf(products, column));
  }
  std::sort(together.begin(), together.end());
  const VersionCaches::Kept& kept =
      shop->versions().Of(products.index, together, shop->FindTable("orders"));
  EXPECT_EQ(kept.versions, nullptr);
  ASSERT_NE(kept.days, nullptr);
  const RowRange all = ExtentOf(*shop, "orders");
  constexpr int64_t kRows = 100;
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t first = t * kRows; first < all.length(); first += 4 * kRows) {
        const RowRange part{all.begin + first,
                            std::min(all.begin + first + kRows, all.end)};
        EXPECT_TRUE(MakeRows(*shop, "orders", Rows(part))
                        ->Equals(*plain->Slice(first, part.length())))
            << "from row " << first;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Enough was asked for on the last day that one more key finds it kept.
  const int32_t last = shop->window().last;
  EXPECT_NE(Kept(kept.days.get(), *shop, "price", *SomeKeys(0, 1), last), nullptr);
}

}  // namespace
}  // namespace lakeseed
