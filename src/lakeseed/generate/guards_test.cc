// Values that are made only where they are seen are the values made everywhere.

#include "lakeseed/generate/guards.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr const char* kShop = R"(
dataset: shop
epoch: 2024-01-01
window: {from: 2024-01-01, to: 2024-01-10}
tables:
  places: {rows: 9, columns: {place_id: {key: {}}, rate: {uniform: [0, 3]}}}
  sales:
    events: {per_day: 200, noise: 0}
    let:
      flow: {progress: {Open: 0, Sent: {uniform: [1h, 9h]}, Back: 2d}}
      weight: {uniform: [1, 900]}
      grade: {choice: [1, 2, 3]}
      shown: {choice: [1, 2, 3]}
      bulk: {uniform: [1, 5]}
      own: {choice: [0, 1]}
    columns:
      sale_id: {key: {}}
      kind: {choice: {shop: 0.5, web: 0.3, phone: 0.2}}
      place_id: {foreign_key: {to: places}, when: kind = 'shop'}
      rate: case when kind = 'shop' then places.rate else 0 end
      status: case when kind = 'shop' then 'none' else flow.status end
      sent: {expr: flow.at('Sent'), when: kind = 'web'}
      price: if(kind = 'phone', weight, coalesce(grade, shown))
      either: case when kind = 'web' then bulk + 1 else bulk end
      self: case when own = 1 then own else 0 end
      tip: {uniform: [1, 90], null_fraction: 0.8}
      code: {pattern: "@@@@", when: kind = 'phone'}
      safe: case when coalesce(kind, 'x') = 'shop' then 0 when div(6, grade - 9) > 0 then 1 end
)";

/// Names of the guarded nodes of a table, of all its columns.
std::vector<std::string> GuardedNames(const BoundDataset& dataset,
                                      const std::string& name) {
  const BoundTable& table = TableOf(dataset, name);
  std::vector<Program::Target> targets;
  for (const BoundColumn& column : table.columns) {
    targets.push_back({table.index, column.node});
  }
  const Program program(dataset, targets);
  std::vector<std::string> names;
  for (size_t n = 0; n < table.graph.size(); ++n) {
    if (program.guards(table.index).set_of(static_cast<int>(n)) >= 0) {
      names.push_back(table.graph[n].name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(GuardsTest, NodesThatOnlySomeRowsShow) {
  const DatasetPtr shop = BindText(kShop);
  const std::vector<std::string> expected = {
      "sales.code",        "sales.flow",  "sales.flow.at(Sent)",
      "sales.flow.status", "sales.grade", "sales.place_id",
      "sales.shown",       "sales.tip",   "sales.weight"};
  EXPECT_EQ(GuardedNames(*shop, "sales"), expected);
}

/// Where a guard holds, as far as the values of its node tell.
void Mark(const Guard& guard, Evaluation* all, std::vector<bool>* seen) {
  const auto values = all->Get(guard.node).ValueOrDie();
  for (int64_t i = 0; i < values->length(); ++i) {
    bool holds = values->IsValid(i);
    if (guard.holds != Guard::Holds::kKept && holds) {
      holds = static_cast<const arrow::BooleanArray&>(*values).Value(i);
    }
    if (holds == (guard.holds != Guard::Holds::kNotTrue)) {
      (*seen)[static_cast<size_t>(i)] = true;
    }
  }
}

/// Check each guarded node of the table; return how many there are.
int CheckTable(const BoundDataset& dataset, const BoundTable& table, RowRange rows) {
  std::vector<Program::Target> targets;
  for (const BoundColumn& column : table.columns) {
    targets.push_back({table.index, column.node});
  }
  const Program program(dataset, targets);
  const Guards& guards = program.guards(table.index);
  const auto evaluate = [&](const Program& with) {
    return std::make_unique<Evaluation>(with, table.index, Rows(rows), nullptr,
                                        dataset.default_as_of(),
                                        arrow::default_memory_pool());
  };
  int checked = 0;
  for (size_t n = 0; n < table.graph.size(); ++n) {
    const auto node = static_cast<int>(n);
    if (guards.set_of(node) < 0 || table.graph[n].has_fields()) continue;
    SCOPED_TRACE(table.graph[n].name);
    // What somebody outside of the graph wants is made for all rows.
    const Program::Target only[] = {{table.index, node}};
    const Program whole_program(dataset, only);
    EXPECT_LT(whole_program.guards(table.index).set_of(node), 0);
    const auto whole = evaluate(whole_program)->Get(node).ValueOrDie();
    const auto evaluation = evaluate(program);
    const auto some = evaluation->Get(node).ValueOrDie();
    EXPECT_TRUE(some->ValidateFull().ok());
    std::vector<bool> seen(static_cast<size_t>(rows.length()));
    for (const Guard& guard : guards.sets()[static_cast<size_t>(guards.set_of(node))]) {
      Mark(guard, evaluation.get(), &seen);
    }
    for (int64_t i = 0; i < rows.length(); ++i) {
      if (!seen[static_cast<size_t>(i)]) continue;
      EXPECT_TRUE(some->RangeEquals(*whole, i, i + 1, i)) << "row " << rows.begin + i;
      if (testing::Test::HasFailure()) return checked;
    }
    ++checked;
  }
  return checked;
}

TEST(GuardsTest, ValuesAreThoseMadeForAllRows) {
  const DatasetPtr shop = BindText(kShop);
  const BoundTable& sales = TableOf(*shop, "sales");
  EXPECT_EQ(CheckTable(*shop, sales, {0, 2000}), 8);
  // Few rows: conditions hold in none or in all of them.
  for (int64_t row = 0; row < 20; ++row) CheckTable(*shop, sales, {row, row + 1});
  CheckTable(*shop, sales, {5, 5});
}

TEST(GuardsTest, ColumnsDoNotDependOnWhichAreMade) {
  const DatasetPtr shop = BindText(kShop);
  const BatchPtr all = MakeRows(*shop, "sales");
  for (int column = 0; column < all->num_columns(); ++column) {
    const RowRange extent = ExtentOf(*shop, "sales");
    const BatchPtr alone =
        MakeRows(*shop, "sales", Rows(extent), shop->default_as_of(), {column});
    EXPECT_TRUE(all->column(column)->Equals(*alone->column(0)))
        << all->column_name(column);
  }
}

TEST(GuardsTest, ValuesOfTheBuiltInDatasets) {
  SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  SetDatasetDirectory(LAKESEED_SOURCE_DIR "/datasets");
  int checked = 0;
  for (const DatasetListing& listing : ListDatasets().ValueOrDie()) {
    if (listing.variant != "small") continue;
    SCOPED_TRACE(listing.id);
    const DatasetSpec spec = LoadDataset(listing.id, {}).ValueOrDie();
    const auto dataset = BoundDataset::Bind(spec, {.last_day = spec.window.to});
    ASSERT_TRUE(dataset.ok()) << dataset.status().ToString();
    for (const BoundTable* table : (*dataset)->written_tables()) {
      SCOPED_TRACE(table->name);
      RowRange rows = table->rows->Extent((*dataset)->window());
      rows.end = std::min(rows.end, rows.begin + 1500);
      checked += CheckTable(**dataset, *table, rows);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(checked, 20);
}

}  // namespace
}  // namespace lakeseed
