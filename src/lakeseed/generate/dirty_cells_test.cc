// Dirt is where it is declared and labelled, and all else is as without it.

#include "lakeseed/generate/dirty_cells.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr char kTables[] = R"yaml(
dataset: shop
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  customers:
    population: 300
    let: {who: {person: {locale: en_US}}}
    columns:
      customer_id: {key: {}}
      name: who.full_name
      phone: {pattern: "555-{####}"}
  sales:
    events: 200
    columns:
      sale_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      name: customers.name
      tip: {uniform: [0, 9], null_fraction: 0.3}
      amount: {uniform: [0.00, 90.00]}
      tier: {choice: {gold: 0.2, silver: 0.8}}
      weight: {normal: {mean: 3, stddev: 1}}
      doubled: amount * 2
      problems: {dirt_labels: {}}
)yaml";

constexpr char kDirt[] = R"yaml(    dirt:
      nulls: {doubled: 3%}
      orphans: {customer_id: 5%}
      outliers: {amount: {share: 2%, factor: 100}, tip: 10%, weight: 1%}
      typos: {tier: 4%, name: 20%}
)yaml";

std::string ErrorOf(const std::string& dirt) {
  return BindError(kTables + ("    dirt: " + dirt + "\n"));
}

TEST(Dirt, LabelsTellWhichCellsDiffer) {
  const auto clean = BindText(kTables), dirty = BindText(std::string(kTables) + kDirt);
  const Rows rows(RowRange{0, 6144});
  const auto before = MakeRows(*clean, "sales", rows),
             after = MakeRows(*dirty, "sales", rows);
  std::map<std::string, int64_t> labelled;
  for (int64_t i = 0; i < rows.length(); ++i) {
    std::set<std::string> differ, told;
    EXPECT_EQ(CellText(*before, "problems", i), "null");
    for (const std::string& column : after->schema()->field_names()) {
      if (column == "problems") continue;
      std::string one = CellText(*before, column, i);
      if (one != CellText(*after, column, i)) differ.insert(column);
    }
    std::string text = CellText(*after, "problems", i);
    while (text != "null" && !text.empty()) {
      const std::string label = text.substr(0, text.find(", "));
      told.insert(label.substr(0, label.find(':')));
      ++labelled[label];
      text.erase(0, std::min(text.size(), label.size() + 2));
    }
    EXPECT_EQ(differ, told) << i;
  }
  // Six blocks: at most a row of each is rounded.
  const std::map<std::string, double> shares = {
      {"doubled: null", 0.03},   {"customer_id: orphan", 0.05}, {"amount: outlier", 0.02},
      {"weight: outlier", 0.01}, {"tier: typo", 0.04},          {"name: typo", 0.2}};
  for (const auto& [label, share] : shares) {
    EXPECT_NEAR(static_cast<double>(labelled[label]), share * 6144, 6) << label;
  }
  EXPECT_NEAR(static_cast<double>(labelled["tip: outlier"]), 0.07 * 6144, 60);
}

TEST(Dirt, OrphansPointAtNoRowOfAnyDay) {
  const auto dirty = BindText(std::string(kTables) + kDirt);
  const auto batch = MakeRows(*dirty, "sales", Rows(RowRange{0, 2048}));
  const auto& keys =
      static_cast<const arrow::Int64Array&>(*batch->GetColumnByName("customer_id"));
  int64_t orphans = 0;
  for (int64_t i = 0; i < keys.length(); ++i) {
    if (keys.Value(i) <= 300) continue;
    EXPECT_EQ(keys.Value(i), DirtyRows::kOrphan + i);
    ++orphans;
    EXPECT_NE(CellText(*batch, "name", i),
              "null");  // Of the customer that it would name.
  }
  EXPECT_GE(orphans, 100);
}

TEST(Dirt, RowsAloneAreThoseOfTheRange) {
  const auto dirty = BindText(std::string(kTables) + kDirt);
  const auto all = MakeRows(*dirty, "sales", Rows(RowRange{0, 3000}));
  const std::vector<int64_t> numbers = {2999, 17, 1023, 1024, 0, 17};
  const auto some = MakeRows(*dirty, "sales", Rows(numbers));
  for (size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_TRUE(
        some->Slice(static_cast<int64_t>(i), 1)->Equals(*all->Slice(numbers[i], 1)));
  }
}

TEST(Dirt, DuplicatesAreRowsOfFactsThatStandTwice) {
  const auto dirty = BindText(
      std::string(kTables) +
      "  feed:\n    rows_of: sales\n    dirt: {duplicates: 5%}\n"
      "    columns: {sale_id: sales.sale_id, tier: sales.tier, copy: {line: {}}}\n");
  const BoundTable& feed = dirty->table(dirty->FindTable("feed"));
  const RowRange rows = feed.rows->Extent({0, 30});
  EXPECT_NEAR(static_cast<double>(rows.length()), 1.05 * 6200, 8);
  const auto batch = MakeRows(*dirty, "feed", Rows(rows));
  int64_t copies = 0;
  for (int64_t i = 1; i < batch->num_rows(); ++i) {
    const bool is_copy =
        CellText(*batch, "sale_id", i) == CellText(*batch, "sale_id", i - 1);
    EXPECT_EQ(is_copy, CellText(*batch, "copy", i) == "2");
    if (is_copy) {
      EXPECT_EQ(CellText(*batch, "tier", i), CellText(*batch, "tier", i - 1));
    }
    copies += is_copy ? 1 : 0;
  }
  EXPECT_EQ(copies, rows.length() - 6200);
}

TEST(Dirt, WhatCannotBeDirtyIsRefused) {
  const auto has = [](const std::string& dirt, const std::string& reason) {
    const std::string error = ErrorOf(dirt);
    EXPECT_NE(error.find(reason), std::string::npos) << error;
  };
  has("{nulls: {sale_id: 1%}}", "keys stay clean");
  has("{orphans: {amount: 1%}}", "only a foreign_key has orphans");
  has("{typos: {amount: 1%}}", "only texts have typos");
  has("{outliers: {tier: 1%}}", "only numbers have outliers");
  has("{nulls: {amonut: 1%}}", "unknown column");
  has("{nulls: {amount: 120%}}", "1");
  has("{nulls: {tip: 1%}, outliers: {tip: 1%}}", "dirt of another kind");
  has("{outliers: {tip: {factor: 3}}}", "missing key: share");
  has("{outliers: {tip: {share: 1%, factor: 1}}}", "makes no outlier");
  has("{duplicates: 1%}", "rows_of: sales");
  has("{null: {tip: 1%}}", "nulls");
  EXPECT_EQ(ErrorOf("{nulls: {tip: 0%}}"), "OK");
  EXPECT_NE(
      BindError(std::string(kTables) + "  lines:\n    per: {parent: sales, count: 2}\n"
                                       "    dirt: {nulls: {sale_id: 1%}}\n"
                                       "    columns: {sale_id: parent.sale_id}\n")
          .find("links to the parent stay clean"),
      std::string::npos);
}

}  // namespace
}  // namespace lakeseed
