// Texts of referred rows are made there and looked up: values stay those of the parts.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/spread.h"
#include "lakeseed/spec/load.h"

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

std::string TextOf(const arrow::RecordBatch& batch, const char* column, int64_t row) {
  const auto array = batch.GetColumnByName(column);
  if (array->IsNull(row)) return "null";
  if (array->type_id() == arrow::Type::STRING) {
    return static_cast<const arrow::StringArray&>(*array).GetString(row);
  }
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*array);
  return static_cast<const arrow::StringArray&>(*codes.dictionary())
      .GetString(codes.GetValueIndex(row));
}

std::shared_ptr<arrow::RecordBatch> Orders(int64_t cache_bytes, int* num_lookups) {
  auto spec = ParseDataset(kShop, "shop.yaml", "", {});
  EXPECT_TRUE(spec.ok()) << spec.status().ToString();
  const auto bound =
      BoundDataset::Bind(*std::move(spec), {.cache_bytes = cache_bytes}).ValueOrDie();
  const BoundTable& table = bound->table(bound->FindTable("orders"));
  std::vector<Program::Target> wanted;
  std::vector<int> all;
  *num_lookups = 0;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const int node = table.columns[c].node;
    wanted.push_back({table.index, node});
    all.push_back(static_cast<int>(c));
    const bool is_text = table.columns[c].type->id() == arrow::Type::STRING;
    const auto kind = table.graph[static_cast<size_t>(node)].kind;
    *num_lookups += is_text && kind == GraphNode::Kind::kLookup ? 1 : 0;
  }
  const Program program(*bound, wanted);
  Evaluation evaluation(program, table.index, Rows(table.rows->Extent(bound->window())),
                        nullptr, bound->default_as_of(), arrow::default_memory_pool());
  return evaluation.Batch(all).ValueOrDie();
}

TEST(ReferredTextTest, IsTheTextOfItsParts) {
  for (const int64_t cache_bytes : {int64_t{16} << 20, int64_t{0}}) {
    int num_lookups = 0;
    const auto orders = Orders(cache_bytes, &num_lookups);
    // The line itself, and the two texts whose key is never null.
    EXPECT_EQ(num_lookups, 3);
    ASSERT_EQ(orders->num_rows(), 3000);
    int64_t moved = 0;
    for (int64_t i = 0; i < orders->num_rows(); ++i) {
      const auto text = [&](const char* column) { return TextOf(*orders, column, i); };
      EXPECT_EQ(text("whole"), text("line") + ", " + text("city"));
      EXPECT_EQ(text("bars"), text("city") + "|" + text("home_city"));
      EXPECT_EQ(text("guest") == "null", text("guest_city") == "null");
      moved += text("city") != text("home_city");
    }
    EXPECT_GT(moved, 2000);
  }
}

TEST(SpreadToChildrenTest, GivesEachChildItsParent) {
  const std::vector<std::vector<int32_t>> families = {
      {0}, {0, 0, 0}, {0, 1, 3, 3, 9, 10}, {0, 5, 6, 6, 7}, {0, 0, 2, 12}};
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
