// Values of versions that are kept are those that are computed anew.

#include "lakeseed/generate/version_cache.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "lakeseed/generate/test_dataset.h"
#include "lakeseed/generate/version_caches.h"

namespace lakeseed {
namespace {

constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2023-01-01
window: {from: 2023-06-01, to: 2023-12-31}
main: orders
target_rows: 6000
tables:
  customers:
    population:
      {size: 300, growth: 0.003 per day, churn: 0.001 per day,
       changes: {rate: 3 per year, tracks: [home, score, kind]}}
    let:
      home: {address: {country: US}}
      score: {uniform: [1, 100000]}
      kind: {choice: {gold: 0.2, silver: 0.3, none: 0.5}}
    columns:
      customer_id: {key: {}}
      line1: home.line1
      line2: home.line2
      city: home.city
      tier: kind
      grade: score
      is_high: score > 50000
      is_active: $alive
      state: concat(case when $alive then 'here in ' else 'gone from ' end, home.city)
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      guest_id: {foreign_key: {to: customers}, null_fraction: 0.3}
      nobody_id: {foreign_key: {to: customers}, null_fraction: 1}
      is_sent: {boolean: 0.6}
      line1: customer_id.line1
      line2: customer_id.line2
      city: customer_id.city
      tier: customer_id.tier
      grade: customer_id.grade
      is_high: customer_id.is_high
      state: customer_id.state
      address: concat(customer_id.line1, ', ', customer_id.city)
      sent_to: {expr: "concat(customer_id.line1, ', ', customer_id.city)", when: is_sent}
      nobody_line1: nobody_id.line1
      guest_line1: guest_id.line1
      guest_grade: guest_id.grade
      guest_tier: guest_id.tier
)yaml";

/// Some rows as a run makes them, texts as numbers where that is offered.
BatchPtr NumberedRows(const BoundDataset& dataset, RowRange rows) {
  const BoundTable& table = TableOf(dataset, "orders");
  std::vector<Program::Target> targets;
  for (const BoundColumn& column : table.columns) {
    targets.push_back({table.index, column.node});
  }
  const Program program(dataset, targets);
  Evaluation evaluation(program, table.index, Rows(rows), nullptr,
                        dataset.default_as_of(), arrow::default_memory_pool());
  BatchPtr batch = evaluation.Make(AllColumns(table), {.numbered_texts = true})
                       .ValueOrDie()
                       .ToBatch(arrow::default_memory_pool())
                       .ValueOrDie();
  EXPECT_TRUE(batch->ValidateFull().ok());
  return batch;
}

/// Names of the columns of text that come as numbers.
std::vector<std::string> Numbered(const BoundDataset& dataset,
                                  const arrow::RecordBatch& batch) {
  std::vector<std::string> names;
  for (const BoundColumn& column : TableOf(dataset, "orders").columns) {
    const auto array = batch.GetColumnByName(column.name);
    if (array->type_id() == column.type->id()) continue;
    EXPECT_EQ(array->type()->ToString(),
              arrow::dictionary(arrow::int32(), arrow::utf8())->ToString());
    names.push_back(column.name);
  }
  return names;
}

/// Compare rows [first, first + size) of the window with those made without any cache.
void ExpectSame(const arrow::RecordBatch& batch, const arrow::RecordBatch& plain,
                int64_t first) {
  for (int c = 0; c < batch.num_columns(); ++c) {
    arrow::Datum values(batch.column(c));
    if (batch.column(c)->type_id() != plain.column(c)->type_id()) {
      values = arrow::compute::Cast(values, arrow::utf8()).ValueOrDie();
    }
    const auto expected = plain.column(c)->Slice(first, batch.num_rows());
    EXPECT_TRUE(values.make_array()->Equals(*expected))
        << batch.column_name(c) << " from row " << first;
  }
}

constexpr int64_t kRows = 500;

TEST(VersionCacheTest, KeepsWhatVersionsHave) {
  const DatasetPtr without = BindText(kShop, {.cache_bytes = 0});
  const BatchPtr plain = MakeRows(*without, "orders");
  const RowRange all = ExtentOf(*without, "orders");
  const DatasetPtr with = BindText(kShop);
  for (int64_t first = 0; first < all.length(); first += kRows) {
    const int64_t begin = all.begin + first;
    const RowRange part{begin, std::min(begin + kRows, all.end)};
    const BatchPtr numbered = NumberedRows(*with, part);
    ExpectSame(*numbered, *plain, first);
    ExpectSame(*MakeRows(*with, "orders", Rows(part)), *plain, first);
    // As soon as enough was asked for; what may be null comes whole.
    const std::vector<std::string> names = Numbered(*with, *numbered);
    if (first > 0) {
      EXPECT_EQ(names,
                (std::vector<std::string>{"line1", "address", "sent_to", "guest_line1"}));
    }
  }
  EXPECT_TRUE(Numbered(*without, *NumberedRows(*without, all)).empty());
}

TEST(VersionCacheTest, BeginsAtOnceWhereEnoughIsExpected) {
  for (const int64_t expected : {int64_t{1}, int64_t{100'000}}) {
    const DatasetPtr shop = BindText(kShop);
    shop->versions().Expect(shop->FindTable("orders"), expected);
    const int64_t begin = ExtentOf(*shop, "orders").begin;
    const BatchPtr first = NumberedRows(*shop, {begin, begin + kRows});
    EXPECT_EQ(Numbered(*shop, *first).empty(), expected == 1);
  }
}

TEST(VersionCacheTest, WhatFindsNoRoomIsComputed) {
  const BatchPtr plain = MakeRows(*BindText(kShop, {.cache_bytes = 0}), "orders");
  const RowRange all{0, plain->num_rows()};
  int64_t kept = 0, computed = 0;
  // From no room for the tables of numbers to room for everything.
  for (int64_t bytes = 1 << 10; bytes <= 1 << 21; bytes *= 2) {
    const DatasetPtr shop = BindText(kShop, {.cache_bytes = bytes});
    const int64_t begin = ExtentOf(*shop, "orders").begin;
    for (int64_t first = 0; first < all.length(); first += kRows) {
      const BatchPtr batch = NumberedRows(
          *shop, {begin + first, std::min(begin + first + kRows, begin + all.length())});
      ExpectSame(*batch, *plain, first);
      (Numbered(*shop, *batch).empty() ? computed : kept) += 1;
    }
  }
  EXPECT_GT(kept, 5);
  EXPECT_GT(computed, 50);
}

TEST(VersionCacheTest, ThreadsShareIt) {
  const BatchPtr plain = MakeRows(*BindText(kShop, {.cache_bytes = 0}), "orders");
  const DatasetPtr shop = BindText(kShop);
  const RowRange all = ExtentOf(*shop, "orders");
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t first = t * kRows; first < all.length(); first += kRows) {
        const int64_t begin = all.begin + first;
        ExpectSame(*NumberedRows(*shop, {begin, std::min(begin + kRows, all.end)}),
                   *plain, first);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(VersionCacheTest, HoldsOnlyWhatTheVersionDecides) {
  const DatasetPtr shop = BindText(kShop);
  const BoundTable& customers = TableOf(*shop, "customers");
  ByteBudget budget;
  budget.Set(1 << 20);
  std::vector<int> nodes;
  for (const BoundColumn& column : customers.columns) nodes.push_back(column.node);
  const auto cache = VersionCache::Make(*shop, customers.index, nodes, 0, &budget);
  ASSERT_NE(cache, nullptr);
  const auto holds = [&](const char* name) {
    return cache->Holds(
        customers.columns[static_cast<size_t>(customers.FindColumn(name))].node);
  };
  for (const char* name : {"line1", "line2", "city", "tier", "grade"}) {
    EXPECT_TRUE(holds(name)) << name;
  }
  // Neither what never changes, nor what changes with the day, nor single bits.
  for (const char* name : {"customer_id", "is_active", "state", "is_high"}) {
    EXPECT_FALSE(holds(name)) << name;
  }
}

}  // namespace
}  // namespace lakeseed
