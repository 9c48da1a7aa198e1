// Which texts of few come as numbers, and that these stand for the columns' texts.

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr const char* kShop = R"yaml(
dataset: shop
epoch: 2024-01-01
window: {from: 2024-01-01, to: 2024-01-10}
tables:
  customers:
    population: {size: 5000}
    let: {home: {address: {country: US}}}
    columns:
      customer_id: {key: {}}
      phone: {phone: {area_of: home}}
      mobile: {phone: {format: mixed}}
      office: {phone: {area_of: home}}
      desk: {expr: "concat(office, ' x12')"}
      real: {phone: {fictional: false}}
      fax: {phone: {}, null_fraction: 0.5}
      line1: home.line1
)yaml";

TEST(NumberedTextsTest, AreThoseOfFewThatNothingElseNeeds) {
  const DatasetPtr shop = BindText(kShop);
  const BoundTable& table = TableOf(*shop, "customers");
  std::vector<Program::Target> targets;
  for (const BoundColumn& column : table.columns) {
    targets.push_back({table.index, column.node});
  }
  const Program program(*shop, targets);
  arrow::MemoryPool* const pool = arrow::default_memory_pool();
  const auto make = [&](const ColumnForms& forms) {
    Evaluation evaluation(program, table.index, Rows(RowRange{0, 5000}), nullptr,
                          shop->default_as_of(), pool);
    return evaluation.Make(AllColumns(table), forms).ValueOrDie().ToBatch(pool);
  };
  const BatchPtr texts = make({}).ValueOrDie();
  const BatchPtr numbered = make({.numbered_texts = true}).ValueOrDie();
  EXPECT_TRUE(numbered->ValidateFull().ok()) << numbered->ValidateFull().ToString();
  std::vector<std::string> names;
  for (int c = 0; c < texts->num_columns(); ++c) {
    arrow::Datum values(numbered->column(c));
    if (!values.type()->Equals(texts->column(c)->type())) {
      names.push_back(texts->column_name(c));
      values = arrow::compute::Cast(values, arrow::utf8()).ValueOrDie();
    }
    EXPECT_TRUE(values.make_array()->Equals(*texts->column(c))) << texts->column_name(c);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"phone", "mobile"}));
}

}  // namespace
}  // namespace lakeseed
