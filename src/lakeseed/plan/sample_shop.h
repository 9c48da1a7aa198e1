// A small dataset for tests of plan and run: all kinds of row spaces, a family of
// three generations, sums and look-ups across tables. Uses no vocabulary.

#pragma once

#include <string>

#include "lakeseed/generate/test_dataset.h"
#include "lakeseed/plan/make_plan.h"

namespace lakeseed {

inline constexpr char kSampleShop[] = R"yaml(
dataset: corner_shop
doc: A small shop for tests
epoch: 2023-12-01
window: {from: 2024-01-01, to: 2024-03-31}
main: orders
variants: {small: {target_rows: 6000}}
parameters:
  customers: {default: 700, doc: living customers}
tables:
  stores:
    doc: Shops
    rows: 7
    columns:
      store_id: {key: {}}
      floor: {uniform: [10, 500]}
  customers:
    doc: People
    population: {size: customers, growth: 0.002 per day, churn: 0.001 per day}
    columns:
      customer_id: {key: {}}
      segment: {choice: {Premium: 0.1, Standard: 0.6, Basic: 0.3}}
      registered: $born
      is_active: $alive
  orders:
    doc: What was bought at once
    events: {per_day: main, noise: 0.05}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.65}}}
      segment: customers.segment
      ordered_at: $time
      note: {choice: {gift: 0.5, urgent: 0.5}, null_fraction: 0.7}
      subtotal: {expr: sum(order_items.line_total), type: "decimal(12,2)"}
      lines: count(order_items)
  order_items:
    doc: Lines
    per: {parent: orders, count: {geometric: {mean: 2.5, max: 12}}}
    let: {cents: {uniform: [199, 9999]}}
    columns:
      order_item_id: {key: {}}
      order_id: parent.order_id
      ordered_at: parent.ordered_at
      quantity: {choice: {1: 0.8, 2: 0.2}}
      unit_price: cents * 0.01
      line_total: {expr: quantity * unit_price, type: "decimal(12,2)"}
  parcels:
    doc: Parcels of lines
    per: {parent: order_items, count: {uniform: [0, 2]}}
    columns:
      parcel_id: {key: {}}
      order_item_id: parent.order_item_id
      grams: {uniform: [10, 5000]}
)yaml";

inline DatasetPtr BindSampleShop(const BoundDataset::Options& options = {}) {
  return BindText(kSampleShop, options, "small");
}

inline PlanRequest SampleShopRequest(const std::string& format = "parquet") {
  PlanRequest request;
  request.source.custom = "shop.yaml";
  request.source.custom_text = kSampleShop;
  request.source.variant = "small";
  request.files.format = request.files.extension = format;
  return request;
}

}  // namespace lakeseed
