#include "lakeseed/spec/uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kShop[] = R"(
dataset: shop
domain: trade
epoch: 2023-01-01
window: {from: 2024-01-01, to: 2024-01-31}
main: orders
target_rows: 100
parameters: {people: 20}
variants:
  busy: {tables.orders.events.noise: 0.2}
seasons: {weekend: 2}
tables:
  customers:
    population: {size: people}
    columns:
      customer_id: {key: {}}
      tier: {choice: {a: 0.5, b: 0.5}}
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
)";

// A folder with the shop, and files that use it.
class UsesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
    Write("shop.yaml", kShop);
  }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  arrow::Result<DatasetSpec> Load(const std::string& head, const std::string& tables = "",
                                  const SpecOverrides& overrides = {},
                                  const std::string& variant = "") {
    const std::string path =
        Write("star.yaml", "dataset: star\n" + head + "tables:\n" + tables +
                               "  facts:\n    rows_of: orders\n    columns:\n"
                               "      fact_key: {key: {}}\n      who: customer_id\n");
    return LoadCustomDataset(path, variant, overrides);
  }

  std::string ErrorOf(const std::string& head, const std::string& tables = "") {
    const auto spec = Load(head, tables);
    return spec.ok() ? "no error" : spec.status().message();
  }

  std::filesystem::path folder_;
};

TEST_F(UsesTest, BringsTablesWithTheirDomain) {
  const auto spec = Load("uses: shop.yaml\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  ASSERT_EQ(spec->tables.size(), 3u);
  EXPECT_EQ(spec->tables[0].name, "customers");
  EXPECT_TRUE(spec->tables[0].is_hidden);
  EXPECT_EQ(spec->tables[1].domain, "trade");
  EXPECT_FALSE(spec->tables[2].is_hidden);
  EXPECT_EQ(spec->tables[2].domain, "");
  EXPECT_TRUE(spec->tables[2].children->is_fact);
  EXPECT_EQ(spec->main, "orders");
  EXPECT_EQ(spec->target_rows, 100);
  EXPECT_EQ(spec->window.from - spec->epoch, 365);
  EXPECT_EQ(spec->tables[1].events->seasons.weekend, 2);
}

TEST_F(UsesTest, ListedTablesAreWritten) {
  const auto spec = Load("uses: {dataset: shop.yaml, tables: [customers]}\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_FALSE(spec->tables[0].is_hidden);
  EXPECT_TRUE(spec->tables[1].is_hidden);
}

TEST_F(UsesTest, TheFilesOwnHeadComesFirst) {
  const auto spec = Load(
      "uses: shop.yaml\nwindow: {from: 2024-02-01, to: 2024-02-03}\n"
      "parameters: {people: 7}\nseasons: {weekend: 5}\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->window.to - spec->window.from, 2);
  ASSERT_EQ(spec->parameters.size(), 1u);
  EXPECT_EQ(FormatExpression(*spec->parameters[0].value), "7");
  EXPECT_EQ(spec->tables[1].events->seasons.weekend, 2) << "its own dataset's seasons";
}

TEST_F(UsesTest, SettingsAndVariantsReachItsTables) {
  const auto set =
      Load("uses: {dataset: shop.yaml, set: {tables.orders.events.noise: 0.3}}\n");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->tables[1].events->noise, 0.3);
  const auto variant = Load("uses: {dataset: shop.yaml, variant: busy}\n");
  ASSERT_TRUE(variant.ok()) << variant.status();
  EXPECT_EQ(variant->tables[1].events->noise, 0.2);
  const auto own =
      Load("uses: shop.yaml\nvariants:\n  calm: {tables.orders.events.noise: 0.1}\n", "",
           {}, "calm");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->tables[1].events->noise, 0.1);
  const auto request = Load("uses: shop.yaml\n", "", {.set = {{"people", "9"}}});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(FormatExpression(*request->parameters[0].value), "9");
}

TEST_F(UsesTest, AVariantMayUseAnother) {
  Write("other.yaml", std::string(kShop).replace(1, 13, "dataset: mall"));
  const auto spec = Load(
      "uses: shop.yaml\nvariants:\n  big: {uses: {dataset: other.yaml, variant: busy}}\n",
      "", {}, "big");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->tables[1].events->noise, 0.2);
}

TEST_F(UsesTest, IdentityTellsWhatIsUsed) {
  const auto one = Load("uses: shop.yaml\n");
  const auto two = Load("uses: {dataset: shop.yaml, variant: busy}\n");
  const auto listed = Load("uses: {dataset: shop.yaml, tables: [customers]}\n");
  ASSERT_TRUE(one.ok() && two.ok() && listed.ok());
  EXPECT_NE(one->canonical_text, two->canonical_text);
  EXPECT_EQ(one->canonical_text, listed->canonical_text);
}

TEST_F(UsesTest, MistakesHavePlaces) {
  EXPECT_THAT(ErrorOf("uses: shop_of_nobody\n"),
              HasSubstr("star.yaml:2:7: uses: unknown dataset: shop_of_nobody"));
  EXPECT_THAT(ErrorOf("uses: nowhere.yaml\n"), HasSubstr("star.yaml:2:7"));
  EXPECT_THAT(ErrorOf("uses: {dataset: shop.yaml, tables: [custmers]}\n"),
              HasSubstr("star.yaml:2:37: uses.tables: unknown table of shop.yaml"));
  EXPECT_THAT(
      ErrorOf("uses: shop.yaml\n",
              "  orders:\n    rows: 3\n    columns: {a: {key: {}}}\n"),
      HasSubstr("star.yaml:4:3: tables: a table of the used dataset has this name: "
                "orders"));
  EXPECT_THAT(
      ErrorOf("uses: {dataset: shop.yaml, set: {tables.order.events.noise: 1}}\n"),
      HasSubstr("star.yaml:2:34"));
  EXPECT_THAT(ErrorOf("uses: {dataset: shop.yaml, table: orders}\n"),
              HasSubstr("star.yaml:2:28"));
}

TEST_F(UsesTest, MistakesOfTheUsedFileAreItsOwn) {
  Write("shop.yaml", std::string(kShop) + "  extra: {rows: 3}\n");
  EXPECT_THAT(ErrorOf("uses: shop.yaml\n"), HasSubstr("shop.yaml:23:3: extra"));
}

TEST_F(UsesTest, CirclesAreRefused) {
  Write("shop.yaml", std::string(kShop) + "uses: star.yaml\n");
  EXPECT_THAT(ErrorOf("uses: shop.yaml\n"),
              HasSubstr("datasets use each other: star -> shop -> star"));
}

TEST_F(UsesTest, ChainsKeepTheFirstDomain) {
  Write("middle.yaml",
        "dataset: middle\nuses: shop.yaml\ntables:\n"
        "  days: {calendar: days}\n");
  const auto spec = Load("uses: {dataset: middle.yaml, tables: [days]}\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  ASSERT_EQ(spec->tables.size(), 4u);
  EXPECT_EQ(spec->FindTable("orders")->domain, "trade");
  EXPECT_EQ(spec->FindTable("days")->domain, "middle");
  EXPECT_FALSE(spec->FindTable("days")->is_hidden);
}

TEST_F(UsesTest, FactsTakeAllColumnsByAStar) {
  const auto spec =
      Load("uses: shop.yaml\n",
           "  lines:\n    rows_of: orders\n    columns:\n"
           "      \"*\": {of: orders, except: [order_id]}\n      n: $row\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  std::vector<std::string> names;
  for (const ColumnSpec& one : spec->FindTable("lines")->columns)
    names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("customer_id", "n"));
}

}  // namespace
}  // namespace lakeseed
