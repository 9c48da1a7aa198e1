// Dataset texts for the tests of this folder.

#pragma once

namespace lakeseed {

/// A sound file that uses every part of the language.
inline constexpr char kSampleText[] = R"yaml(# A shop
dataset: shop
doc: Shops and orders
domain: retail
pattern: oltp
epoch: 2020-01-01
window: {from: 2023-01-01, to: 2024-12-31}
main: orders
parameters:
  customers: {default: 10% of main, doc: living customers}
  stores: 50
variants:
  small: {target_rows: 10000}
  large: {target_rows: 10000000}
  quiet: {tables.orders.events.noise: 0, seasons.growth: 0}
seasons:
  weekday: {mon: 0.8, sat: 1.5}
  month: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.2, 1.5]
  holidays: {country: US, black_friday: 3.5, "2024-07-04": 2.0}
  hours: {"09-12": 1.2, "22-02": 0.5, default: 0.3}
  growth: 0.1 per year
groups:
  audit:
    created_at: $time
    source: {const: web}
tables:
  stores:
    rows: stores
    columns:
      store_id: {key: {}}
      country: {choice: [US, CA, NO]}
  customers:
    population:
      size: customers
      growth: 0.002 per day
      churn: 0.07 per week
      founders_since: 5y
      changes: {rate: 0.8 per year, tracks: [home]}
    let:
      home: {address: {country: US}}
    columns:
      customer_id: {key: {}}
      city: home.city
      segment: {choice: {Premium: 0.1, Basic: 0.9}, null_fraction: 0.05, doc: how they pay}
  orders:
    events: {per_day: main, noise: 0.05, zone: America/New_York, seasons: {month: {jan: 2}}}
    include: audit
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.65}}}
      subtotal: sum(order_items.line_total)
      tax: {expr: "round(subtotal * 0.07, 2)", type: {decimal: [12, 2]}, unique: false}
      shipped: {timestamp: {after: 2h}, when: subtotal > 5.00}
    rules:
      positive: subtotal >= 0.00
      once: {unique: [order_id, customer_id], doc: a pair stands once}
  order_items:
    per: {parent: orders, count: {geometric: {mean: 2.5, max: 12}}, rows: 25 * main / 10}
    columns:
      item_id: {key: {}}
      order_id: parent.order_id
      line_total: {uniform: [1.00, 99.99]}
)yaml";

}  // namespace lakeseed
