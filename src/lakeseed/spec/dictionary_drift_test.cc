// `enable_data_drift` and `drift_percentage` of a dictionary: members that change, laws
// that drift, numbers of its own tables.

#include "lakeseed/spec/dictionary_drift.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/drift_spec.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kShop[] = R"yaml(dataset: shop
domain: retail
pattern: oltp
window: {from: 2024-01-01, to: 2024-12-31}
parameters: {data_drift: {default: 0.02, doc: how far}}
tables:
  customers:
    population: {size: 50, changes: {rate: 1 per year, tracks: [tier]}}
    columns: {customer_id: {key: {}}, tier: {choice: [a, b]}}
  orders:
    events: {per_day: 8}
    columns:
      order_id: {key: {}}
      spent: {lognormal: {mean: 10, stddev: 5}}
      via: {choice: {a: 1, b: 1}, drift: {to: {a: 1}, by: 2025-01-01, share: data_drift}}
)yaml";

constexpr char kOwn[] =
    "\"table_configs\": {\"loans\": {\"type\": \"incremental\", \"base_rows_per_day\": "
    "5, "
    "\"columns\": {\"loan_id\": {\"key\": {}}, \"amount\": {\"lognormal\": {\"mean\": 9, "
    "\"stddev\": 3}}, \"fee\": {\"uniform\": [1, 5]}, \"fixed\": {\"normal\": {\"mean\": "
    "9, \"stddev\": 3}, \"drift\": \"1% per year\"}}}}, ";

class DictionaryDriftTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("drifting_dictionaries_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "shop.yaml") << kShop;
    SetDatasetDirectory(directory_.string());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static DatasetSpec Load(const std::string& config, const std::string& more = "") {
    auto spec = ParseDataset("{\"dataset_id\": \"shop\", " + more +
                                 "\"incremental_config\": {" + config + "}}",
                             "f", "", {});
    EXPECT_TRUE(spec.ok()) << spec.status().message();
    return *std::move(spec);
  }

  static double Parameter(const DatasetSpec& spec) {
    for (const ParameterSpec& one : spec.parameters) {
      if (one.name == "data_drift") return std::stod(FormatExpression(*one.value));
    }
    return -1;
  }

  static const ColumnSpec& Column(const DatasetSpec& spec, const char* table,
                                  const std::string& name) {
    for (const ColumnSpec& one : spec.FindTable(table)->columns) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return spec.FindTable(table)->columns[0];
  }

  std::filesystem::path directory_;
};

TEST_F(DictionaryDriftTest, MembersChangeAndLawsDriftAsMuch) {
  const DatasetSpec spec = Load("\"drift_percentage\": 0.05");
  EXPECT_NEAR(spec.FindTable("customers")->population->changes->per_year, 0.6, 1e-12);
  EXPECT_EQ(Parameter(spec), 0.05);
  // The built-in's numbers are not the dictionary's own.
  EXPECT_EQ(Column(spec, "orders", "spent").drift, nullptr);
  ASSERT_NE(Column(spec, "orders", "via").drift, nullptr);
}

TEST_F(DictionaryDriftTest, OnWithoutAShareIsWhatTheBuiltinSays) {
  const DatasetSpec spec = Load("\"enable_data_drift\": True");
  EXPECT_EQ(spec.FindTable("customers")->population->changes->per_year, 1);
  EXPECT_EQ(Parameter(spec), 0.02);
}

TEST_F(DictionaryDriftTest, OffStopsAll) {
  const DatasetSpec spec = Load("\"enable_data_drift\": False", kOwn);
  EXPECT_FALSE(spec.FindTable("customers")->population->changes.has_value());
  EXPECT_EQ(Parameter(spec), 0);
  EXPECT_EQ(Column(spec, "loans", "amount").drift, nullptr);
}

TEST_F(DictionaryDriftTest, NumbersOfOwnTablesGrow) {
  const DatasetSpec spec = Load("\"drift_percentage\": 0.05", kOwn);
  const auto& amount = Column(spec, "loans", "amount").drift;
  ASSERT_NE(amount, nullptr);
  EXPECT_EQ(amount->rate->text, "0.05");
  EXPECT_NEAR(amount->unit_days, 365.25, 1e-9);
  EXPECT_EQ(Column(spec, "loans", "fixed").drift->rate->text, "1%");
  EXPECT_EQ(Column(spec, "loans", "fee").drift, nullptr);
}

}  // namespace
}  // namespace lakeseed
