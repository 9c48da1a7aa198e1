// A small dataset for tests of change feeds: every way in which rows come, go and
// change. Uses no vocabulary.

#pragma once

namespace lakeseed {

inline constexpr char kFeedShop[] = R"yaml(
dataset: feed_shop
doc: A shop whose rows change in every way
epoch: 2023-01-15
window: {from: 2023-02-01, to: 2023-06-30}
main: orders
target_rows: 6000
tables:
  regions:
    rows: 9
    columns:
      region_id: {key: {}}
      rate: {uniform: [1, 9]}
  tariffs:
    rows: 5
    columns:
      tariff_id: {key: {}}
      region_id: {foreign_key: {to: regions}}
      checked_on: date($as_of)
  customers:
    population:
      {size: 150, growth: 0.01 per day, churn: 0.008 per day,
       changes: {rate: 4 per year, tracks: [segment, region_id, score]}}
    let: {score: {uniform: [0.0, 1.0]}}
    columns:
      customer_id: {key: {}}
      segment: {choice: {a: 0.5, b: 0.3, c: 0.2}}
      region_id: {foreign_key: {to: regions}}
      rate: regions.rate
      points: score
      loyal: score > double(0.5)
      born: $born
      is_active: $alive
  customer_versions:
    history_of: customers
    columns:
      version_id: {key: {}}
      "*": customers
      valid_from: $valid_from
      valid_to: $valid_to
      is_current: $current
  products:
    population:
      {size: 60, growth: 0.01 per day, churn: 0.01 per day,
       changes: {rate: 5 per year, tracks: [price]}}
    columns:
      product_id: {key: {}}
      price: {uniform: [1.00, 90.00], type: "decimal(8,2)"}
      units: sum(stock.units)
      worth: sum(stock.worth)
  stock:
    per: {parent: products, count: {uniform: [0, 3]}}
    let: {days_ago: {uniform: [0, 9]}}
    columns:
      stock_id: {key: {}}
      product_id: parent.product_id
      units: {uniform: [0, 50]}
      worth: units * parent.price
  counts:
    per: {parent: stock, count: {uniform: [1, 2]}}
    let: {days_ago: {uniform: [0, 9]}}
    columns:
      count_id: {key: {}}
      stock_id: parent.stock_id
      counted_on: greatest(date '2023-03-01', date($as_of) - days_ago)
  accounts:
    population: {size: 40, growth: 0.01 per day, churn: 0.01 per day}
    columns:
      account_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      segment: customers.segment
      is_held: customers.is_active
  orders:
    events: {per_day: main, noise: 0.1, zone: America/Chicago}
    let:
      flow:
        progress:
          New: 0
          Packed: {uniform: [1h, 30h]}
          Sent: {lognormal: {mean: 2d, stddev: 1d}}
          There: 9d
          or: {Lost: {from: Packed, share: 0.1, after: 3d}}
          cap: 8d
      review: {progress: {Open: 0, Done: 2d, start: flow.at('There'), cap: 3d}}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.65}}}
      segment: customers.segment
      at: $time
      status: flow.status
      sent_at: flow.at('Sent')
      there_at: flow.at('There')
      reviewed: review.status
      total: sum(lines.total)
  lines:
    per: {parent: orders, count: {geometric: {mean: 2.0, max: 6}}}
    columns:
      line_id: {key: {}}
      order_id: parent.order_id
      product_id: {foreign_key: {to: products}}
      total: products.price
      is_there: parent.status = 'There'
  scans:
    events: {per_day: 12, noise: 0.1, zone: America/Chicago}
    late: {1d: 15%, 2d: 5%, 9d: 5%}
    let:
      flow: {progress: {Read: 0, Checked: {uniform: [6h, 60h]}, Stored: 5d, cap: 6d}}
    columns:
      scan_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      segment: customers.segment
      scanned_on: $event_day
      arrived_on: $arrival_day
      status: flow.status
      checked_at: flow.at('Checked')
      marks: count(marks)
  marks:
    per: {parent: scans, count: {uniform: [0, 3]}}
    columns:
      mark_id: {key: {}}
      scan_id: parent.scan_id
      arrived_on: parent.arrived_on
      is_new: parent.status = 'Read'
  readings:
    events: 7
    late: {3d: 30%}
    columns:
      reading_id: {key: {}}
      value: {uniform: [1, 9]}
  parcels:
    per: {parent: lines, count: {uniform: [0, 2]}}
    columns:
      parcel_id: {key: {}}
      order_id: parent.parent.order_id
      grams: {uniform: [1, 5000]}
)yaml";

}  // namespace lakeseed
