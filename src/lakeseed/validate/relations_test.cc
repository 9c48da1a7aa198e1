#include "lakeseed/validate/relations.h"

#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kSpec[] = R"yaml(
dataset: relations
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  tariffs:
    rows: 4
    columns: {tariff_id: {key: {}}, price: {uniform: [1, 9]}}
  customers:
    population: {size: 10, changes: {rate: 1 per year, tracks: [tier, home]}}
    let:
      home: {choice: [north, south]}
    columns:
      customer_id: {key: {}}
      tariff_id: {foreign_key: {to: tariffs}}
      price: tariffs.price
      tier: {choice: [Gold, Silver]}
      place: home
      bonus: {choice: {by: tier, of: {Gold: {yes: 1}, default: {no: 1}}}}
      since: $born
      is_active: $alive
      badge: {expr: "concat('c', customer_id)", when: tier = 'Gold'}
  devices:
    per: {parent: customers, count: 2}
    columns:
      device_id: {key: {}}
      customer_id: parent.customer_id
      tier: parent.tier
      since: parent.since
      tariff_id: {foreign_key: {to: tariffs}}
  orders:
    events: {per_day: 5}
    let:
      flow: {progress: {Open: 0, Closed: {uniform: [1h, 2h]}}}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      ever_id: {foreign_key: {to: customers, alive: false}}
      tier: customer_id.tier
      status: flow.status
      at: $time
      label: concat(status, '!')
  lines:
    per: {parent: orders, count: 2}
    columns:
      line_id: {key: {}}
      order_id: parent.order_id
      status: parent.status
)yaml";

class RelationsTest : public testing::Test {
 protected:
  void SetUp() override { spec_ = *ParseDataset(kSpec, "f.yaml", "", {}); }
  const TableSpec& Table(const char* name) { return *spec_.FindTable(name); }
  bool Changes(const char* table, const char* column) {
    return ChangesInTime(spec_, Table(table), column);
  }
  DatasetSpec spec_;
};

TEST_F(RelationsTest, WhatChangesInTimeIsFollowedAcrossTables) {
  for (const auto& [table, column] : {std::pair{"customers", "tier"},
                                      {"customers", "place"},
                                      {"customers", "bonus"},
                                      {"customers", "is_active"},
                                      {"customers", "badge"},
                                      {"devices", "tier"},
                                      {"orders", "status"},
                                      {"orders", "label"},
                                      {"lines", "status"}}) {
    EXPECT_TRUE(Changes(table, column)) << table << "." << column;
  }
  for (const auto& [table, column] : {std::pair{"customers", "customer_id"},
                                      {"customers", "tariff_id"},
                                      {"customers", "price"},
                                      {"customers", "since"},
                                      {"devices", "customer_id"},
                                      {"devices", "since"},
                                      {"tariffs", "price"},
                                      {"orders", "at"},
                                      {"lines", "order_id"}}) {
    EXPECT_FALSE(Changes(table, column)) << table << "." << column;
  }
  // An event keeps what it saw on its day.
  EXPECT_FALSE(Changes("orders", "tier"));
}

TEST_F(RelationsTest, WhoIsNamedLivesOnTheDay) {
  EXPECT_TRUE(NamesLiving(spec_, Table("orders"), "customer_id"));
  EXPECT_FALSE(NamesLiving(spec_, Table("orders"), "ever_id"));
  EXPECT_TRUE(NamesLiving(spec_, Table("devices"), "customer_id"));
  // Who was picked when a customer was born may have left since.
  EXPECT_FALSE(NamesLiving(spec_, Table("devices"), "tariff_id"));
}

TEST_F(RelationsTest, ColumnsThatAreFacts) {
  EXPECT_EQ(ColumnOfFact(Table("orders"), "$time"), "at");
  EXPECT_EQ(ColumnOfFact(Table("customers"), "$born"), "since");
  EXPECT_EQ(ColumnOfFact(Table("orders"), "$day"), "");
}

}  // namespace
}  // namespace lakeseed
