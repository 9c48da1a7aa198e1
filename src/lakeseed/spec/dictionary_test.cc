// Dictionaries of the source documents: what they become, and where mistakes are.

#include "lakeseed/spec/dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

// Two built-in datasets of one domain.
constexpr char kShop[] = R"yaml(dataset: shop
domain: retail
pattern: oltp
window: {from: 2024-01-01, to: 2024-12-31}
main: orders
variants:
  small: {target_rows: 100}
  incremental:
    main: null
    parameters.customers: 50
    tables.orders.events.per_day: per_day
    tables.customers.population.growth: 0.01 per day
parameters: {customers: 10% of main, per_day: 8}
seasons:
  weekday: {mon: 0.5}
  growth: 0.1 per year
tables:
  customers:
    population: {size: customers, churn: 0.001 per day, changes: {rate: 1 per year, tracks: [tier]}}
    columns:
      customer_id: {key: {}}
      tier: {choice: {a: 1, b: 1}}
      spent: {lognormal: {mean: 10, stddev: 5}, type: "decimal(10,2)"}
  days:
    rows: {fixed: 10}
    columns: {day_id: {key: {}}}
  orders:
    events: {per_day: main, seasons: {weekend: 1.4}}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}, null_fraction: 0.5}
      total: {expr: sum(items.amount)}
    rules:
      positive: total > 0
      known: customer_id is not null or true
  items:
    per: {parent: orders, count: {geometric: {mean: 2, max: 9}}}
    columns:
      item_id: {key: {}}
      order_id: parent.order_id
      amount: {uniform: [1, 9]}
)yaml";

class DictionaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("dictionaries_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "shop.yaml") << kShop;
    SetDatasetDirectory(directory_.string());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static arrow::Result<DatasetSpec> Load(const std::string& text,
                                         const std::string& id = "") {
    return ParseDataset(text, "f", id, {});
  }
  static std::string ErrorOf(const std::string& text, const std::string& id = "") {
    const auto spec = Load(text, id);
    return spec.ok() ? "OK" : spec.status().message();
  }
  // One table of the daily shop with a few keys.
  static std::string Table(const std::string& name, const std::string& keys) {
    return "{\"dataset_id\": \"shop_incremental\", \"table_configs\": {\"" + name +
           "\": {" + keys + "}}}";
  }

  std::filesystem::path directory_;
};

TEST_F(DictionaryTest, OwnNumbersMakeTheBuiltinItself) {
  const auto spec = Load(R"({
    "dataset_id": "shop_incremental",  # a comment, with a comma
    "domain": "retail", "schema_pattern": "oltp", "dataset_type": "transactional",
    "incremental_config": {"seasonal_multipliers": {"monday": 0.5}, "seed_value": None},
    "table_configs": {
        "customers": {"type": "snapshot", "base_rows": 50, "growth_enabled": True,
                      "daily_growth_rate": 0.01, "churn_enabled": True},
        "orders": {"type": "incremental", "base_rows_per_day": 8, "weekend_multiplier": 1.4},
        "items": {"table_type": "incremental", "base_rows_per_day": 16, "weekend_multiplier": 1.4,},
    },
  })");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  const auto builtin = LoadDataset("shop_incremental", {});
  ASSERT_TRUE(builtin.ok());
  EXPECT_EQ(spec->id(), builtin->id());
  EXPECT_EQ(spec->canonical_text, builtin->canonical_text);
}

TEST_F(DictionaryTest, AnotherIdTakesTablesOfItsDomain) {
  const auto spec = Load(
      R"({"dataset_id": "mine", "domain": "retail", "dataset_type": "transactional",
          "table_configs": {"orders": {"base_rows_per_day": 40}}})");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  EXPECT_EQ(spec->id(), "mine");
  EXPECT_TRUE(spec->main.empty());  // Rows by day: the variant for that.
  EXPECT_EQ(spec->FindTable("orders")->columns.size(), 3u);
}

TEST_F(DictionaryTest, OwnTables) {
  const auto spec = Load(R"({"dataset_id": "zoo", "domain": "animals",
    "relationships": [{"parent": "animals.animal_id", "child": "feedings.animal_id",
                       "type": "one_to_many"}],
    "table_configs": {
      "animals": {"base_rows": 30, "columns": {"animal_id": {"key": {}}}},
      "feedings": {"type": "incremental", "base_rows_per_day": 90, "date_columns": ["fed_at"],
                   "columns": {"feeding_id": {"key": {}}}}}})");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  const TableSpec& feedings = *spec->FindTable("feedings");
  ASSERT_TRUE(feedings.events);
  ASSERT_EQ(feedings.columns.size(), 3u);
  EXPECT_EQ(feedings.columns[2].generator->name, "foreign_key");
}

TEST_F(DictionaryTest, VersionsOfMembers) {
  const auto spec = Load(
      R"({"dataset_id": "shop_incremental", "incremental_config":
          {"table_types": {"customers": "slowly_changing_dimension"}}})");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  const TableSpec* versions = spec->FindTable("customers_history");
  ASSERT_NE(versions, nullptr);
  EXPECT_EQ(versions->history->of, "customers");
}

TEST_F(DictionaryTest, NullReferences) {
  const auto spec = Load(
      "{\"dataset_id\": \"shop\", \"target_rows\": 10, "
      "\"relationship_null_percentage\": 0.1}");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  const TableSpec& orders = *spec->FindTable("orders");
  EXPECT_DOUBLE_EQ(orders.columns[1].null_fraction, 0.55);  // 0.5 of its own.
  EXPECT_TRUE(orders.rules.empty());
}

TEST_F(DictionaryTest, TextOfPythonPrograms) {
  EXPECT_TRUE(
      Load("params = {\n  'dataset_id': 'shop_small', 'scale_factor': 2.0}").ok());
  EXPECT_TRUE(Load("\"enable_relationships\": True,\n"
                   "\"relationship_null_percentage\": 0.05  # 5%\n",
                   "shop_small")
                  .ok());
  EXPECT_EQ(ErrorOf("# first\n\"enable_relationships\": False,\n", "shop_small"),
            "f:2:25: enable_relationships: cannot be switched off: False\n\nhint: rows "
            "are made from what they refer to; relationship_null_percentage takes "
            "references away");
}

TEST_F(DictionaryTest, SettingsAreOptions) {
  const auto facts = ReadDictionary(
      R"({"dataset_id": "shop_small", "seed_value": 7, "tables": ["orders", "items"],
          "chunking_config": {"enabled": True, "chunk_size": 5, "spill_to_disk": False}})",
      "");
  ASSERT_TRUE(facts.ok()) << facts.status().message();
  ASSERT_TRUE(facts->has_value());
  EXPECT_TRUE((*facts)->states_id);
  std::string text;
  for (const DictionarySetting& one : (*facts)->settings) {
    text += one.option + "=" + one.value + " ";
  }
  EXPECT_EQ(text, "seed=7 chunk-size=5 enable-spill=false tables=orders,items ");
}

TEST_F(DictionaryTest, DatasetFilesAreNone) {
  EXPECT_FALSE(ReadDictionary(directory_ / "shop.yaml", "")->has_value());
}

struct Mistake {
  const char* text;
  const char* error;
};

class DictionaryMistake : public DictionaryTest,
                          public ::testing::WithParamInterface<Mistake> {};

TEST_P(DictionaryMistake, IsReported) {
  EXPECT_THAT(ErrorOf(GetParam().text, "shop_incremental"), HasSubstr(GetParam().error));
}

const Mistake kMistakes[] = {
    {"{\"table_confgs\": {}, \"seed_value\": 1}",
     "f:1:2: unknown key: table_confgs\n\nhint: did you mean `table_configs`?"},
    {"{\"dataset_id\": \"shop_small\", \"domain\": \"finance\"}",
     "f:1:40: domain: shop_small is of another domain: \"finance\""},
    {"{\"schema_pattern\": \"star_schema\"}",
     "f:1:20: schema_pattern: shop_incremental is of another pattern: \"star_schema\""},
    {"{\"dataset_type\": \"analytical\", \"schema_pattern\": \"oltp\"}",
     "f:1:18: dataset_type: does not fit schema_pattern oltp: \"analytical\""},
    {"{\"seed_value\": 1, \"batch_size\": -5}",
     "f:1:33: batch_size: must be at least 1: -5"},
    {"{\"seed_value\": 1, \"target_rows\": 50}",
     "f:1:34: target_rows: the dataset has no target, its tables state their rows: 50"},
    {"{\"table_configs\": {\"oders\": {}}}", "f:1:20: unknown table: oders"},
    {"{\"table_configs\": {\"orders\": {\"type\": \"snapshot\"}}}",
     "f:1:39: table_configs.orders.type: the rows of orders belong to days: "
     "\"snapshot\""},
    {"{\"table_configs\": {\"orders\": {\"base_rows\": 5}}}",
     "f:1:44: table_configs.orders.base_rows: the rows of orders belong to days: 5"},
    {"{\"table_configs\": {\"customers\": {\"base_rows_per_day\": 5}}}",
     "table_configs.customers.base_rows_per_day: customers is copied whole: 5"},
    {"{\"table_configs\": {\"orders\": {\"frequency\": \"weekly\"}}}",
     "table_configs.orders.frequency: the rows of orders come every day: \"weekly\""},
    {"{\"table_configs\": {\"customers\": {\"frequency\": \"hourly\"}}}",
     "customers.snapshot: must be one of daily"},
    {"{\"table_configs\": {\"customers\": {\"growth_enabled\": False, "
     "\"daily_growth_rate\": 0.1}}}",
     "table_configs.customers: has no effect: growth_enabled is False"},
    {"{\"table_configs\": {\"orders\": {\"churn_enabled\": True}}}",
     "table_configs.orders: churn is for tables whose members come and go"},
    {"{\"table_configs\": {\"items\": {\"weekend_multiplier\": 1.5}}}",
     "table_configs.items.weekend_multiplier: the rows of items come with those of "
     "another table: 1.5\n\nhint: their factor is 1.4"},
    {"{\"table_configs\": {\"customers\": {\"holiday_multiplier\": 2}}}",
     "customers is copied whole, whatever the day: 2"},
    {"{\"table_configs\": {\"orders\": {\"primary_date_column\": \"order_dat\"}}}",
     "table_configs.orders.primary_date_column: unknown column: order_dat"},
    {"{\"table_configs\": {\"days\": {\"type\": \"slowly_changing_dimension\"}}}",
     "table_configs.days.type: the members of days never change"},
    {"{\"incremental_config\": {\"snapshot_frequency\": \"wekly\"}}",
     "incremental_config.snapshot_frequency: must be one of daily, weekly, monthly, "
     "quarterly, once: \"wekly\""},
    {"{\"incremental_config\": {\"churn_rate\": \"x\"}}",
     "incremental_config.churn_rate: must be a number"},
    {"{\"incremental_config\": {\"holiday_multipliers\": {\"christmas\": 2}, "
     "\"seasonal_patterns\": {\"frday\": 2}}}",
     "incremental_config.seasonal_patterns: unknown day: frday\n\nhint: did you mean "
     "`friday`?"},
    {"{\"dataset_id\": \"shop_smal\"}",
     "f:1:16: dataset_id: unknown dataset: shop_smal\n\nhint: did you mean "
     "`shop_small`? one of your own needs `table_configs`"},
    {"{\"distributions\": {\"nobody\": {\"type\": \"uniform\", \"min\": 1, \"max\": 2}}}",
     "distributions: no column has this name: nobody\n\nhint: write table.column; or "
     "give a table of your own this column"},
    {"{\"table_configs\": []}", "f:1:19: table_configs: must be a mapping: a list"},
    {"{\"dataset_id\": \"shop_small\", \"tables\": \"orders\"}",
     "tables: must be a list of tables"},
    {"{\"incremental_config\": {\"state_table_name\": \"other\"}}",
     "f:1:45: incremental_config.state_table_name: the state has one name: \"other\""},
    {"{\"incremental_config\": {\"holiday_multipliers\": {\"black_fryday\": 2}}}",
     "seasons.holidays: unknown holiday: black_fryday\n\nhint: did you mean "
     "`black_friday`?"},
    {"{\"incremental_config\": {\"seasonal_patterns\": {}, \"seasonal_multipliers\": "
     "{}}}",
     "incremental_config.seasonal_patterns: stands beside seasonal_multipliers"},
    {"{\"incremental_config\": {\"enable_data_drift\": False, \"drift_percentage\": "
     "0.1}}",
     "incremental_config.drift_percentage: has no effect: enable_data_drift is False: "
     "0.1"},
    {"{\"generation_config\": {\"chunk_size\": 5}, \"chunking_config\": {\"chunk_size\": "
     "6}}",
     "chunking_config.chunk_size: generation_config.chunk_size says 5: 6"},
    {"{\"chunking_config\": {\"enabled\": False, \"chunk_size\": 6}}",
     "chunking_config: has no effect: `enabled` is False: chunk_size"},
    {"{\"relationships\": [{\"parent\": \"days.day_id\", \"child\": "
     "\"orders.customer_id\"}]}",
     "f:1:55: relationships[0].child: is no reference to days here"},
    {"{\"relationships\": [{\"parent\": \"customers.tier\", \"child\": "
     "\"orders.customer_id\"}]}",
     "relationships[0].parent: is not the key of its table"},
    {"{\"distributions\": {\"total\": {\"type\": \"normal\", \"mean\": 1, \"stddev\": "
     "1}}}",
     "f:1:20: distributions: the column follows from other values, so it has no law of "
     "its own: total"},
    {"{\"partition_config\": {\"bucketing\": {\"buckets\": 2}}}",
     "partition_config.bucketing: missing key"},
    {"{\"partition_config\": {\"bucketing\": {\"columns\": [\"order_id\"], \"buckets\": "
     "0}}}",
     "partition_config.bucketing.buckets"},
    {"{\"delta_config\": {\"optimize_write\": False}}",
     "delta_config.optimize_write: cannot be switched off"},
    {"{\"delta_config\": {\"auto_compact\": \"often\"}}", "delta_config.auto_compact"},
};

INSTANTIATE_TEST_SUITE_P(All, DictionaryMistake, ::testing::ValuesIn(kMistakes));

TEST(DictionaryKeys, StandOnceAndSayWhatBecomesOfThem) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const DictionaryKeyDef& def : AllDictionaryKeys()) {
    EXPECT_TRUE(seen.emplace(def.section, def.key).second) << def.key;
    EXPECT_FALSE(def.becomes.empty()) << def.key;
    const bool is_option = def.kind != DictionaryKeyKind::kSpec;
    EXPECT_EQ(is_option, !def.option.empty()) << def.key;
  }
}

}  // namespace
}  // namespace lakeseed
