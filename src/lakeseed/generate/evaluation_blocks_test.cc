// Which columns go to their writer as blocks, and that these are the columns' arrays.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr const char* kShop = R"(
dataset: shop
epoch: 2024-01-01
window: {from: 2024-01-01, to: 2024-01-10}
tables:
  sales:
    events: {per_day: 700, noise: 0}
    columns:
      sale_id: {key: {}}
      sold_at: $time
      number: {sequence: {start: 1000, step: 10}}
      label: {sequence: {format: "S-%05d"}}
      weight: {uniform: [1, 900]}
      due: {uniform: [2024-03-01, 2024-06-30]}
      rate: {normal: {mean: 5, stddev: 2}}
      grade: {choice: {A: 0.5, B: 0.3, C: 0.2}}
      size: {choice: [1, 2, 3]}
      level: {choice: [0.5, 1.5, 2.5]}
      is_gift: {boolean: 0.1}
      tip: {uniform: [1, 90], null_fraction: 0.8}
      note: {choice: {Wrap: 0.6, Call: 0.4}, null_fraction: 0.7, when: is_gift}
      coupon: {uniform: [1, 90], null_fraction: 0.1}
      price: {uniform: [1, 50]}
      total: price * 2
  lines:
    per: {parent: sales, count: {uniform: [1, 4]}}
    columns:
      line_id: {key: {}}
      sale_id: parent.sale_id
      weight: parent.weight
      units: {uniform: [1, 9]}
)";

/// Columns of the rows that are blocks, and of these those that are progressions.
struct Named {
  std::vector<std::string> blocks, progressions;
};

class EvaluationBlocksTest : public testing::Test {
 protected:
  /// Makes both tables as one family, in both forms.
  void Compare(const Rows& rows) {
    const BoundTable& sales = TableOf(*shop_, "sales");
    const BoundTable& lines = TableOf(*shop_, "lines");
    std::vector<Program::Target> targets;
    for (const BoundTable* table : {&sales, &lines}) {
      for (const BoundColumn& column : table->columns) {
        targets.push_back({table->index, column.node});
      }
    }
    const Program program(*shop_, targets);
    arrow::MemoryPool* const pool = arrow::default_memory_pool();
    const AsOf as_of = shop_->default_as_of();
    Evaluation arrays(program, sales.index, rows, nullptr, as_of, pool);
    Evaluation blocks(program, sales.index, rows, nullptr, as_of, pool);
    sales_ = CompareTable(sales, &arrays, &blocks);
    lines_ = CompareTable(lines, arrays.Children(lines.index).ValueOrDie(),
                          blocks.Children(lines.index).ValueOrDie());
  }

  const DatasetPtr shop_ = BindText(kShop);
  Named sales_, lines_;

 private:
  static Named CompareTable(const BoundTable& table, Evaluation* arrays,
                            Evaluation* blocks) {
    const BatchPtr expected = arrays->Batch(AllColumns(table)).ValueOrDie();
    const MadeRows made = blocks->Make(AllColumns(table), {.blocks = true}).ValueOrDie();
    EXPECT_EQ(made.num_rows(), expected->num_rows());
    const BatchPtr found = made.ToBatch(arrow::default_memory_pool()).ValueOrDie();
    EXPECT_TRUE(found->ValidateFull().ok()) << found->ValidateFull().ToString();
    EXPECT_TRUE(found->Equals(*expected));
    Named named;
    for (size_t i = 0; i < made.columns().size(); ++i) {
      const auto& column = made.columns()[i].blocks;
      if (column == nullptr) continue;
      EXPECT_EQ(column->null_count(),
                expected->column(static_cast<int>(i))->null_count());
      named.blocks.push_back(table.columns[i].name);
      if (column->progression()) named.progressions.push_back(table.columns[i].name);
    }
    return named;
  }
};

TEST_F(EvaluationBlocksTest, ColumnsThatNothingElseNeeds) {
  Compare(Rows(RowRange{100, 5100}));
  const std::vector<std::string> of_sales = {"sale_id", "sold_at", "number", "due",
                                             "rate",    "grade",   "size",   "level",
                                             "tip",     "note"};
  const std::vector<std::string> of_lines = {"line_id", "sale_id", "units"};
  EXPECT_EQ(sales_.blocks, of_sales);
  EXPECT_EQ(sales_.progressions, (std::vector<std::string>{"sale_id", "number"}));
  EXPECT_EQ(lines_.blocks, of_lines);
  EXPECT_EQ(lines_.progressions, std::vector<std::string>{"line_id"});
}

TEST_F(EvaluationBlocksTest, RowsByNumberAreNoProgression) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 2'300; ++i) numbers.push_back((i * 7919 + 13) % 4'000);
  Compare(Rows(numbers));
  const std::vector<std::string> of_sales = {"sold_at", "due",   "rate", "grade",
                                             "size",    "level", "tip",  "note"};
  EXPECT_EQ(sales_.blocks, of_sales);
  EXPECT_TRUE(sales_.progressions.empty());
}

}  // namespace
}  // namespace lakeseed
