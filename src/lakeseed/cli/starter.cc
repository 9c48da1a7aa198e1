#include "lakeseed/cli/starter.h"

#include <array>

namespace lakeseed {
namespace {

constexpr std::string_view kMinimal =
    R"yaml(# A dataset file. `lakeseed check {file}` finds every mistake at once.
# The guide to all keys: docs/language.md

dataset: {name}                            # the values depend on the name
doc: What these rows are, in one line
window: {from: 2024-01-01, to: 2024-12-31} # the days that the dataset covers

tables:
  people:
    doc: One line for descriptions
    rows: 1000                             # made once; --scale-factor multiplies it
    let:                                   # computed, but not written
      who: {person: {locale: en_US}}
    columns:
      # A mapping is a generator: it draws a value.
      person_id: {key: {}}                 # 1, 2, 3, …
      height_cm: {normal: {mean: 171, stddev: 9, min: 140, max: 210}, type: int64}
      team: {choice: {red: 0.5, green: 0.3, blue: 0.2}}
      # A scalar is an expression: it computes from other values of the row.
      name: who.full_name
      is_tall: height_cm >= 190
)yaml";

constexpr std::string_view kSeries =
    R"yaml(# A dataset file. `lakeseed check {file}` finds every mistake at once.
# The guide to all keys: docs/language.md

dataset: {name}                            # the values depend on the name
doc: Devices, and what they measure every five minutes
window: {from: 2024-01-01, to: 2024-01-07} # the days that `generate` makes

tables:
  devices:
    doc: What measures
    rows: 10                               # made once; --scale-factor multiplies it
    columns:
      device_id: {key: {}}
      serial: {unique_code: {format: "DEV-%06d"}, unique: true}
      model: {choice: {alpha: 0.6, beta: 0.4}}
      base_temperature: {uniform: [15.0, 25.0]}

  readings:
    doc: One row for each device and step
    series: {of: devices, every: 5m}
    let:
      error: {normal: {mean: 0, stddev: 0.4}}
    columns:
      device_id: devices.device_id        # every device has a row in every step
      measured_at: $time
      celsius: round(devices.base_temperature + error, 2)
      is_missing: {choice: {true: 0.01, false: 0.99}}
)yaml";

constexpr std::string_view kShop =
    R"yaml(# A dataset file. `lakeseed check {file}` finds every mistake at once.
# The guide to all keys: docs/language.md
#
# The one rule: a scalar is an expression, which computes from other values of the
# row; a mapping is a generator, which draws. Text constants stand in single quotes.

dataset: {name}                            # the values depend on the name
doc: Customers, products and what is ordered
window: {from: 2024-01-01, to: 2024-12-31} # the days that `generate` makes
main: orders                               # the table that --target-rows counts
target_rows: 5000

parameters:                                # changed by --set catalogue_size=500
  catalogue_size: {default: 100, doc: products on the first day}

seasons:                                   # factors on the days and hours of events
  weekday: {fri: 1.3, sat: 1.5, sun: 0.7}
  holidays: {country: US, black_friday: 3.0, christmas: 0.2}
  hours: {"08-12": 1.0, "12-18": 1.4, "18-22": 1.8, default: 0.2}

tables:
  customers:
    doc: People who have registered
    # Members who come and go: the size is that of the first day.
    population: {size: 10% of main, growth: 0.002 per day, churn: 0.001 per day}
    let:                                   # computed, but not written
      who: {person: {locale: en_US}}
      home: {address: {country: US, weight: population}}
    columns:
      customer_id: {key: {}}
      name: who.full_name                  # fields of one thing belong together
      email: {expr: who.email, unique: true, doc: derived from the name}
      city: home.city
      state: home.state
      postal_code: home.postal_code
      segment: {choice: {premium: 0.1, standard: 0.6, basic: 0.3}}
      registered: $born                    # the day on which this member came

  products:
    doc: What is on sale
    population: catalogue_size
    let:
      item: {catalogue: {of: retail}}      # name, category, brand and a fitting price
    columns:
      product_id: {key: {}}
      name: item.name
      category: item.category
      price: item.price

  orders:
    doc: What a customer buys at once
    events: {per_day: main, noise: 0.1, zone: America/New_York}
    columns:
      order_id: {key: {}}
      # One of those who are customers on that day; some order far more than others.
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.7}}}
      ordered_at: $time
      channel: {choice: {web: 0.7, app: 0.3}}
      coupon: {choice: [SPRING, WELCOME], null_fraction: 0.8}
      # Folds over the rows of a child: the total is exact.
      total: {expr: sum(order_items.amount), type: "decimal(12,2)"}
    rules:                                 # `lakeseed validate` checks them in the files
      had_registered: date(ordered_at, 'America/New_York') >= customers.registered
      has_value: total > 0.00

  order_items:
    doc: One product of an order
    per: {parent: orders, count: {geometric: {mean: 2.2, max: 8}}}
    columns:
      item_id: {key: {}}
      order_id: parent.order_id
      product_id: {foreign_key: {to: products, popularity: {zipf: 0.9}, distinct_in_parent: true}}
      quantity: {choice: {1: 0.75, 2: 0.18, 3: 0.07}}
      unit_price: products.price           # of this row's product
      amount: {expr: quantity * unit_price, type: "decimal(12,2)"}
    rules:
      one_line_per_product: {unique: [order_id, product_id]}
)yaml";

constexpr std::string_view kStar =
    R"yaml(# A dataset file. `lakeseed check {file}` finds every mistake at once.
# The guide to all keys: docs/language.md

dataset: {name}                            # the values depend on the name
doc: A star, with one slowly changing dimension
pattern: star
epoch: 2023-01-01                          # day 0 of the history
window: {from: 2024-01-01, to: 2024-06-30} # the days that `generate` makes
main: fact_sales                           # the table that --target-rows counts
target_rows: 5000

tables:
  customers:
    doc: The source of the dimension; each member may move
    population:
      size: 300
      growth: 0.002 per day
      churn: 0.001 per day
      changes: {rate: 0.5 per year, tracks: [home, segment]}
    let:
      who: {person: {locale: en_US}}
      home: {address: {country: US}}
    columns:
      customer_id: {key: {}}
      name: who.full_name
      city: home.city
      state: home.state
      segment: {choice: {premium: 0.1, standard: 0.6, basic: 0.3}}

  dim_customer:
    doc: Every version of every customer
    history_of: customers
    columns:
      customer_key: {key: {}}              # one for each version
      "*": customers                       # all columns of the population
      valid_from: $valid_from
      valid_to: $valid_to                  # 9999-12-31 while it is open
      is_current: $current

  dim_product:
    doc: What is sold
    rows: 60
    let:
      item: {catalogue: {of: retail}}
    columns:
      product_key: {key: {}}
      name: item.name
      category: item.category
      price: item.price

  fact_sales:
    doc: One row for each sale
    events: {per_day: main, noise: 0.1}
    columns:
      sale_key: {key: {}}
      date_key: year(sold_at) * 10000 + month(sold_at) * 100 + day(sold_at)
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.7}}}
      customer_key: dim_customer.customer_key   # the version that is valid on that day
      product_key: {foreign_key: {to: dim_product, popularity: {zipf: 0.9}}}
      sold_at: $time
      quantity: {choice: {1: 0.75, 2: 0.18, 3: 0.07}}
      sales_amount: {expr: quantity * dim_product.price, type: "decimal(12,2)"}
    rules:
      positive: sales_amount > 0.00
)yaml";

constexpr std::array kStarters = {
    StarterDef{"minimal", "one table, the smallest file that makes sense", kMinimal},
    StarterDef{"series", "devices that measure something every five minutes", kSeries},
    StarterDef{"shop", "customers, products, orders and their lines, with rules", kShop},
    StarterDef{"star", "a fact table and a dimension with all its versions", kStar},
};

void Replace(std::string_view what, std::string_view with, std::string* text) {
  for (size_t at = text->find(what); at != std::string::npos;
       at = text->find(what, at + with.size())) {
    text->replace(at, what.size(), with);
  }
}

}  // namespace

std::span<const StarterDef> Starters() { return kStarters; }

std::string StarterText(const StarterDef& starter, std::string_view dataset,
                        std::string_view file) {
  std::string text(starter.text);
  Replace("{name}", dataset, &text);
  Replace("{file}", file, &text);
  return text;
}

}  // namespace lakeseed
