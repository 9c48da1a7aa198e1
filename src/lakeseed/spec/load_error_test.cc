// What people get wrong, and what they are told: the place, the reason, a way out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"
#include "lakeseed/spec/sample.h"

namespace lakeseed {
namespace {

std::string Errors(std::string_view text) {
  const auto result = ParseDataset(text, "f", "", {});
  return result.ok() ? "OK" : result.status().message();
}

struct Case {
  const char* from;   // Text of the sample,
  const char* to;     // what stands there instead,
  const char* error;  // and what is said to it.
};

class Mistake : public ::testing::TestWithParam<Case> {};

TEST_P(Mistake, IsReported) {
  std::string text = kSampleText;
  const size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos) << GetParam().from;
  text.replace(at, std::string_view(GetParam().from).size(), GetParam().to);
  EXPECT_EQ(Errors(text), GetParam().error);
}

const Case kHead[] = {
    {"domain: retail", "domian: retail",
     "f:4:1: unknown key: domian\n\nhint: did you mean `domain`?"},
    {"dataset: shop\n", "", "f:2:1: missing key: dataset"},
    {"dataset: shop\n", "dataset: my-shop\n",
     "f:2:10: dataset: not a name for a dataset: my-shop\n\nhint: names are letters, "
     "digits and _, and start with a letter"},
    {"window: {from: 2023-01-01, to: 2024-12-31}\n", "", "f:2:1: missing key: window"},
    {"to: 2024-12-31", "to: 2022-12-31",
     "f:7:32: window: `to` is before `from`: 2022-12-31 < 2023-01-01"},
    {"to: 2024-12-31", "to: 2023-02-29",
     "f:7:32: window.to: not a date: 2023-02-29\n\nhint: write YYYY-MM-DD"},
    {", to: 2024-12-31", "", "f:7:9: window: missing key: to"},
    {"epoch: 2020-01-01", "epoch: 2023-06-01",
     "f:6:8: epoch: the epoch is after window.from: 2023-06-01 > 2023-01-01\n\nhint: "
     "nothing exists before the epoch"},
    {"main: orders", "main: order",
     "f:8:7: main: unknown table: order\n\nhint: did you mean `orders`?"},
    {"main: orders", "law_version: 2\nmain: orders",
     "f:8:14: law_version: unknown law version: 2\n\nhint: this program knows 1"},
    {"{target_rows: 10000}", "{target_rows: 10k}",
     "f:13:24: target_rows: must be a whole number: 10k\n\nhint: write all digits, "
     "without quotes"},
    {"{target_rows: 10000}", "{tables.odrers.events.noise: 0}",
     "f:13:11: tables.odrers.events.noise: unknown path: odrers\n\nhint: did you mean "
     "`orders`?"},
    {"stores: 50", "stores: 10% of mian",
     "f:11:18: parameters.stores: unknown name in a parameter: mian\n\nhint: did you "
     "mean `main`?"},
    {"stores: 50", "stores: customers", "OK"},
    {"stores: 50", "stores: stores + 1",
     "f:11:3: parameters.stores: parameter depends on itself: stores"},
    {"stores: 50", "stores: {defualt: 50}",
     "f:11:3: parameters.stores: missing key: default\nf:11:12: parameters.stores: "
     "unknown key: defualt\n\nhint: did you mean `default`?"},
};

const Case kSeasons[] = {
    {"sat: 1.5", "sut: 1.5",
     "f:17:23: seasons.weekday: unknown key: sut\n\nhint: did you mean `sat`?"},
    {"mon: 0.8", "mon: -0.8",
     "f:17:18: seasons.weekday.mon: must be from 0 to 1000000: -0.8"},
    {"{mon: 0.8, sat: 1.5}", "[1, 2]",
     "f:17:12: seasons.weekday: must have 7 factors: 2"},
    {"black_friday: 3.5", "blak_friday: 3.5",
     "f:19:27: seasons.holidays: unknown holiday: blak_friday\n\nhint: did you mean "
     "`black_friday`?"},
    {"\"2024-07-04\": 2.0", "\"2024-07-34\": 2.0",
     "f:19:46: seasons.holidays: unknown holiday: 2024-07-34\n\nhint: a date as "
     "YYYY-MM-DD, or one of back_to_school, black_friday, boxing_day, christmas, "
     "christmas_eve, christmas_week, columbus_day, cyber_monday, cyber_week, easter, "
     "easter_monday, fathers_day, good_friday, groundhog_day, halloween, "
     "independence_day, juneteenth, labor_day, martin_luther_king_day, memorial_day, "
     "mothers_day, new_year, new_years_eve, presidents_day, st_patricks_day, "
     "summer_sale, thanksgiving, thanksgiving_weekend, valentines_day, veterans_day"},
    {"country: US", "country: SE",
     "f:19:23: seasons.holidays.country: unknown country of holidays: SE\n\nhint: write "
     "US"},
    {"\"09-12\"", "\"09-25\"",
     "f:20:11: seasons.hours: not a range of hours: 09-25\n\nhint: write \"09-12\" for "
     "09:00 to 11:59, or `default`"},
    {"\"09-12\": 1.2", "\"09-12\": 1.2, \"11-14\": 2",
     "f:20:25: seasons.hours: hours overlap with 09-12: 11-14"},
    {"0.1 per year", "0.1 per yaer",
     "f:21:11: seasons.growth: unknown unit of a rate: 0.1 per yaer\n\nhint: units are "
     "day, week, month, year"},
    {"0.1 per year", "fast",
     "f:21:11: seasons.growth: not a rate: fast\n\nhint: write a number with its unit, "
     "as in 0.002 per day"},
};

const Case kTables[] = {
    {"    rows: stores\n", "",
     "f:27:3: stores: table needs exactly one of `rows`, `population`, `events`, `per`, "
     "`history_of`, `series`, `rows_of`, `calendar`, `ledger`\n\nhint: `rows: 50` made "
     "once, `population:` with births and deaths, `events:` so many a day, `per:` "
     "children of a parent, `history_of:` versions of a population, `series:` steps of "
     "time of each member, `rows_of:` facts, one for each row of a table, `calendar:` "
     "days or minutes, `ledger:` postings of accounts with balances"},
    {"    rows: stores\n", "    rows: stores\n    events: main\n",
     "f:29:5: stores: table needs exactly one of `rows`, `population`, `events`, `per`, "
     "`history_of`, `series`, `rows_of`, `calendar`, `ledger`: rows and events"},
    {"    rows: stores\n", "    rows: -5\n",
     "f:28:11: stores.rows: not a number of rows: -5"},
    {"    rows: stores\n", "    rows: shops\n",
     "f:28:11: stores.rows: unknown name in a size: shops\n\nhint: sizes know customers, "
     "stores, main"},
    {"    rows: stores\n", "    rows: stores\n    partition_by: [day, day]\n",
     "f:29:25: stores.partition_by: name stands twice: day"},
    {"    rows: stores\n", "    rows: stores\n    snapshot: weakly\n",
     "f:29:15: stores.snapshot: must be one of daily, weekly, monthly, quarterly, once: "
     "weakly\n\nhint: did you mean `weekly`?"},
    {"      size: customers\n", "", "f:34:7: customers.population: missing key: size"},
    {"      size: customers\n", "      size: 10 percent\n",
     "f:34:16: customers.population.size: unexpected token after the expression: "
     "percent"},
    {"churn: 0.07 per week", "churn: 8 per week",
     "f:36:14: customers.population.churn: must be less than 1 per day: 8 per week"},
    {"founders_since: 5y", "founders_since: long ago",
     "f:37:23: customers.population.founders_since: not a span of time: long "
     "ago\n\nhint: write days, 5y, 260w, or a date before the epoch"},
    {"tracks: [home]", "tracks: [hame]",
     "f:38:16: customers.population.changes.tracks: unknown column: hame\n\nhint: did "
     "you mean `home`?"},
    {"tracks: [home]", "tracks: [city]",
     "f:38:16: customers.population.changes.tracks: is computed, so it changes only with "
     "what it reads: city\n\nhint: track the let or column that is drawn"},
    {"tracks: [home]", "track: [home]",
     "f:38:16: customers.population.changes: missing key: tracks\nf:38:37: "
     "customers.population.changes: unknown key: track\n\nhint: did you mean `tracks`?"},
    {"per_day: main", "per_dya: main",
     "f:46:13: orders.events: missing key: per_day\nf:46:14: orders.events: unknown key: "
     "per_dya\n\nhint: did you mean `per_day`?"},
    {"noise: 0.05", "noise: loud",
     "f:46:36: orders.events.noise: must be a number: loud"},
    {"include: audit", "include: audits",
     "f:47:14: orders.include: unknown group: audits\n\nhint: did you mean `audit`?"},
    {"parent: orders", "parent: order",
     "f:58:19: order_items.per.parent: unknown table: order\n\nhint: did you mean "
     "`orders`?"},
    {"parent: orders", "parent: order_items",
     "f:58:19: order_items.per.parent: tables are children of each other: order_items -> "
     "order_items"},
    {"count: {geometric: {mean: 2.5, max: 12}}", "count: {geometric: 2, poisson: 3}",
     "f:58:34: order_items.per.count: must be one law with its parameters: a "
     "mapping\n\nhint: for example {poisson: {mean: 2}}, or a number"},
    {"rows: 25 * main / 10", "rows: 25 * sum(main",
     "f:58:88: order_items.per.rows: expression ends in the arguments of `sum`\n\nhint: "
     "expected `,` or `)`"},
    {"  stores:\n    rows", "  parent:\n    rows",
     "f:27:3: parent: reserved name for a table: parent\n\nhint: for example `parent_`"},
};

const Case kColumns[] = {
    {"city: home.city", "city: home..city",
     "f:43:18: customers.columns.city: unexpected token after `.`: .\n\nhint: expected a "
     "name"},
    {"city: home.city", "city: 2024-01-01",
     "f:43:13: customers.columns.city: a bare date is a subtraction: 2024-01-01\n\nhint: "
     "write date '2024-01-01'"},
    {"city: home.city", "city: \"5\"",
     "f:43:13: customers.columns.city: a number in quotes: \"5\"\n\nhint: write 5 for "
     "the number, {const: \"5\"} for text"},
    {"city: home.city", "city: 1e3",
     "f:43:13: customers.columns.city: malformed number: 1e3\n\nhint: write all digits, "
     "as in 1000 or 0.25; text stands in single quotes"},
    {"city: home.city", "city:",
     "f:43:7: customers.columns.city: must be an expression or a generator: "
     "nothing\n\nhint: for example `quantity * unit_price` or {uniform: [1, 5]}"},
    {"city: home.city", "city: [a, b]",
     "f:43:13: customers.columns.city: must be an expression or a generator: a "
     "list\n\nhint: for example `quantity * unit_price` or {uniform: [1, 5]}"},
    {"city: home.city", "home: home.city",
     "f:43:7: customers: duplicate name: home\n\nhint: `home` stands first at f:40:7"},
    {"city: home.city", "Customer_ID: home.city",
     "f:43:7: customers: names differ only in upper and lower case: Customer_ID\n\nhint: "
     "`customer_id` stands first at f:42:7"},
    {"city: home.city", "case: home.city",
     "f:43:7: customers.columns.case: reserved name for a column: case\n\nhint: for "
     "example `case_`"},
    {"city: home.city", "main: home.city",
     "f:43:7: customers.columns.main: reserved name for a column: main\n\nhint: for "
     "example `main_`"},
    {"city: home.city", "home city: home.city",
     "f:43:7: customers.columns.home city: not a name for a column: home city\n\nhint: "
     "names are letters, digits and _, and start with a letter"},
    {"city: home.city", "city: {null_fraction: 0.5}",
     "f:43:13: customers.columns.city: column names no generator\n\nhint: write one, as "
     "in {uniform: [1, 5]}, or an expression: {expr: a * b}"},
    {"city: home.city", "city: {uniform: [1, 5], null_fracton: 0.5}",
     "f:43:31: customers.columns.city: column names more than one generator: uniform, "
     "null_fracton\n\nhint: did you mean `null_fraction`?"},
    {"city: home.city", "city: {expr: a, type: decimal(12,2)}",
     "f:43:29: customers.columns.city.type: not a type: decimal(12\n\nhint: write "
     "{decimal: [12, 2]} or \"decimal(12,2)\" in quotes"},
    {"city: home.city", "city: {expr: a, type: {decimal: [2, 12]}}",
     "f:43:29: customers.columns.city.type: scale is larger than the precision: 12 > 2"},
    {"null_fraction: 0.05", "null_fraction: 1.5",
     "f:44:68: customers.columns.segment.null_fraction: must be from 0 to 1: 1.5"},
    {"unique: false", "unique: no",
     "f:52:82: orders.columns.tax.unique: must be true or false: no"},
    {"order_id: {key: {}}", "source: {key: {}}",
     "f:49:7: orders: duplicate name: source\n\nhint: `source` stands first at "
     "f:25:5\nf:56:7: orders.rules.once: unknown column: order_id"},
    {"positive: subtotal >= 0.00", "positive: subtotal >=",
     "f:55:28: orders.rules.positive: expression ends where a value is needed"},
    {"{unique: [order_id, customer_id], doc", "{unique: [order_id, custmer_id], doc",
     "f:56:7: orders.rules.once: unknown column: custmer_id\n\nhint: did you mean "
     "`customer_id`?"},
    {"{unique: [order_id, customer_id], doc", "{doc",
     "f:56:13: orders.rules.once: rule needs either `expr`, `unique`, `running` or "
     "`total`"},
};

INSTANTIATE_TEST_SUITE_P(Head, Mistake, ::testing::ValuesIn(kHead));
INSTANTIATE_TEST_SUITE_P(Seasons, Mistake, ::testing::ValuesIn(kSeasons));
INSTANTIATE_TEST_SUITE_P(Tables, Mistake, ::testing::ValuesIn(kTables));
INSTANTIATE_TEST_SUITE_P(Columns, Mistake, ::testing::ValuesIn(kColumns));

TEST(Mistakes, OfOneFileAreReportedTogether) {
  EXPECT_EQ(Errors(R"yaml(dataset: x
windw: {from: 2024-01-01, to: 2024-12-31}
main: order
tables:
  customers:
    population: {size: ten, growth: 1 per fortnight}
    columns:
      id: {key: {}}
      name: upper(
  orders:
    events: {per_day: main, noise: "a lot"}
    include: [audit]
    columns:
      id: {key: {}}
      id: {uuid: {}}
)yaml"),
            "f:1:1: missing key: window\nf:2:1: unknown key: windw\n\nhint: did you mean "
            "`window`?\nf:3:7: main: unknown table: order\n\nhint: did you mean "
            "`orders`?\nf:6:24: customers.population.size: unknown name in a size: "
            "ten\n\nhint: sizes know main\nf:6:37: customers.population.growth: unknown "
            "unit of a rate: 1 per fortnight\n\nhint: units are day, week, month, "
            "year\nf:9:19: customers.columns.name: expression ends where a value is "
            "needed\nf:11:36: orders.events.noise: must be a number: \"a lot\"\nf:12:15: "
            "orders.include: unknown group: audit\nf:15:7: duplicate key: id\n\nhint: it "
            "stands first in line 14");
}

TEST(Mistakes, AfterASyntaxErrorAreReportedToo) {
  EXPECT_EQ(Errors(R"yaml(dataset: x
window: {from: 2024-01-01, to: 2024-12-31
main: orders
tables:
  customers:
    population: {size: 10
    columns: {id: {key: {}}}
  orders:
    evnts: {per_day: main}
    columns:
      id: {key: {}}
      total: a b
)yaml"),
            "f:3:1: malformed YAML: end of map flow not found\nf:7:1: malformed YAML: "
            "end of map flow not found\nf:8:3: orders: table needs exactly one of "
            "`rows`, `population`, `events`, `per`, `history_of`, `series`, `rows_of`, "
            "`calendar`, `ledger`\n\nhint: `rows: 50` made once, `population:` with "
            "births and deaths, `events:` so many a day, `per:` children of a parent, "
            "`history_of:` versions of a population, `series:` steps of time of each "
            "member, `rows_of:` facts, one for each row of a table, `calendar:` days or "
            "minutes, `ledger:` postings of accounts with balances\nf:9:5: orders: "
            "unknown key: evnts\n\nhint: did you mean `events`?\nf:12:16: "
            "orders.columns.total: unexpected token after the expression: b");
}

TEST(Mistakes, OfShapeAreReported) {
  EXPECT_EQ(
      Errors(""),
      "f:1:1: a dataset file is a mapping\n\nhint: it starts with `dataset: <name>`");
  EXPECT_EQ(
      Errors("- a\n- b\n"),
      "f:1:1: a dataset file is a mapping\n\nhint: it starts with `dataset: <name>`");
  EXPECT_EQ(
      Errors("just text"),
      "f:1:1: a dataset file is a mapping\n\nhint: it starts with `dataset: <name>`");
  EXPECT_EQ(Errors("{\"dataset\": \"x\", \"tables\": [1, 2}"),
            "f:1:33: malformed YAML: illegal flow end");
  EXPECT_EQ(Errors("dataset: x\nwindow: 5\ntables: [a]\n"),
            "f:2:9: window: must be a mapping: 5\n\nhint: write `name: value` lines, or "
            "{name: value}\nf:3:9: tables: must be a mapping: a list\n\nhint: write "
            "`name: value` lines, or {name: value}");
  EXPECT_EQ(
      Errors("dataset: x\nwindow: {from: 2024-01-01, to: 2024-01-01}\ntables: {}\n"),
      "f:3:9: tables: a dataset needs at least one table");
}

TEST(Mistakes, CirclesOfParentsAreFound) {
  EXPECT_EQ(Errors(R"yaml(dataset: x
window: {from: 2024-01-01, to: 2024-12-31}
tables:
  a: {per: {parent: b, count: 2}, columns: {k: {key: {}}}}
  b: {per: {parent: c, count: 2}, columns: {k: {key: {}}}}
  c: {per: {parent: b, count: 2}, columns: {k: {key: {}}}}
)yaml"),
            "f:5:21: b.per.parent: tables are children of each other: b -> c -> b");
}

TEST(Mistakes, OfAGroupAreReportedOnce) {
  EXPECT_EQ(Errors(R"yaml(dataset: x
window: {from: 2024-01-01, to: 2024-12-31}
groups: {audit: {a: b c}}
tables:
  t: {rows: 2, include: audit, columns: {k: {key: {}}}}
  u: {rows: 2, include: audit, columns: {k: {key: {}}}}
)yaml"),
            "f:3:23: groups.audit.a: unexpected token after the expression: c");
}

}  // namespace
}  // namespace lakeseed
