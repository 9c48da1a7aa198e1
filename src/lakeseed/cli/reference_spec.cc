// The page on the language of dataset files: what the reader of a file accepts.

#include <fmt/format.h>

#include "lakeseed/cli/reference.h"
#include "lakeseed/cli/text_table.h"

namespace lakeseed {
namespace {

constexpr std::string_view kIntroduction = R"(# The language of dataset files

Printed by `lakeseed docs spec`; do not edit. `lakeseed docs schema` prints a JSON Schema for editors.

A dataset is one YAML (or JSON) file. **A scalar is an expression, a mapping is a generator**:

```yaml
dataset: shop
doc: A shop and its orders
window: {from: 2024-01-01, to: 2024-12-31}
main: orders
target_rows: 10000
tables:
  customers:
    population: {size: 10% of main, growth: 0.001 per day, churn: 0.0005 per day}
    let:
      who: {person: {locale: en_US}}
    columns:
      customer_id: {key: {}}
      name: who.full_name
      registered: $born
  orders:
    events: {per_day: main, noise: 0.05}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.65}}}
      ordered_at: $time
      quantity: {uniform: [1, 5]}
      unit_price: {uniform: [1.00, 99.99]}
      total: quantity * unit_price
    rules:
      registered_before: date(ordered_at) >= customers.registered
```

)";

constexpr std::string_view kKeys[][2] = {
    {"dataset", "name of the dataset (required)"},
    {"doc", "what it is, in one line"},
    {"domain", "part of every key; the dataset's name if not stated"},
    {"pattern", "oltp, star, …; for lists"},
    {"epoch", "day 0 of the history; the window's first day if not stated"},
    {"window", "{from, to}: the days that `generate` makes (required)"},
    {"main", "the table that `--target-rows` counts"},
    {"target_rows", "its rows, if the request says nothing"},
    {"parameters",
     "name: default, or {default, doc, min, max, above}, or {sets: path, one_of, doc}: a "
     "name for a part of the file, or for several alike; `names: path` takes a list of "
     "names instead of a "
     "number, `counts: path` is a list's length; {stands_for: names, doc} gives other "
     "parameters their values; `--set name=value` changes one"},
    {"variants",
     "name: {dotted.path: value}, null takes a key away; chosen as "
     "`<dataset>_<variant>`; "
     "`small_daily` comes on top of `small` and `daily`"},
    {"seasons",
     "{weekday, weekend, month, holidays, holiday, hours, growth}: factors on events"},
    {"groups", "columns that tables share by `include:`"},
    {"uses",
     "another dataset whose tables this one's are made from: a built-in one, or a file; "
     "or {dataset, variant, tables, set}: `tables` are written too, `set` changes it by "
     "dotted path"},
    {"vocabularies",
     "name: CSV file, beside this one; for `{vocabulary: {table: name}}` and "
     "`lookup(name.column, key)`"},
    {"tables", "the tables (required)"},
};

constexpr std::string_view kTableKeys[][2] = {
    {"rows",
     "rows that are made once: a size, or {fixed: size} that the scale factor leaves "
     "alone"},
    {"population",
     "{size, at_least, growth, churn, founders_since, changes}: members that come and "
     "go; `total` instead of `size`: all that are born up to the window's end"},
    {"events",
     "{per_day, noise, zone, seasons}: so many rows a day, in order of time; `per_day` "
     "is a "
     "size, or a law by which days differ: {uniform: [140, 260]}, {normal: {mean, "
     "stddev}, "
     "at_least}, or both, which is their sum; `total` instead of `per_day`: so many over "
     "the window"},
    {"match",
     "of events, {with, where, stages, within}: each row of the events `with` (for which "
     "its "
     "`split` column `where` is true) has a row here on its day, beside those of "
     "`events` (or among them: within: true); `stages` are shares of all rows that come "
     "so far"},
    {"per",
     "{parent, count, rows, per_stage}: children of a parent's rows; `per_stage` more "
     "for each stage of its match that a parent reaches beyond the first"},
    {"history_of",
     "a population: a row for every version of its members (SCD2); in `columns`, `\"*\": "
     "customers` or `\"*\": {of: customers, except: [email]}` is all of its columns"},
    {"series",
     "{of, every, between, on, zone, spread}: a row for each step of time and each row "
     "of "
     "the tables `of`; `every` is 5m, 1h, 1d, or {minutes: n}, {seconds: n}, "
     "{per_minute: "
     "n} with an expression; `between` a session, \"09:30-16:00\"; `on` every_day, "
     "month_ends or trading_days of New York's exchanges; with `spread` the members of a "
     "step come one "
     "after another"},
    {"ledger",
     "{of, zone, seasons, block, groups, levels, drifting, streams}: postings of the "
     "accounts `of`, with running balances; a stream is {every, of, adds or takes or "
     "transfers, scaled, balancing, seasons, block}, or {per_day, of, refuses}; with "
     "returned: {as, after} its postings come back as a stream of that name, also for a "
     "`share` of the accounts, or each as a burst: {length, tries, within}; with {part} "
     "only that, moved beside the amount, comes back"},
    {"rows_of",
     "a table: a row for each of its rows, of the same day; expressions know its "
     "columns, "
     "and what it and its parents refer to"},
    {"calendar",
     "days, minutes or seconds, or {of, from, to, fiscal_year_starts, "
     "fiscal_year_named_by, settlement}: a row for each; `\"*\": calendar` in `columns` "
     "is "
     "all of its columns"},
    {"snapshot",
     "daily, weekly, monthly, quarterly, once: which days of a run by day hold a copy"},
    {"late",
     "of events, `{1d: 6%, 7d: 1%}`: shares of the rows that arrive so many days after "
     "their event, in the files of that day; their children come with them"},
    {"dirt",
     "{nulls: {column: 2%}, orphans, outliers: {column: {share: 1%, factor: 100}}, "
     "typos, "
     "duplicates: 1%}: cells that are wrong on purpose, as they are written; all that "
     "reads a column sees it clean. Duplicates are of `rows_of` tables"},
    {"let", "values that are computed, and not written"},
    {"include", "groups of columns"},
    {"columns",
     "what is written, in this order: name: expression, or a generator, or {struct: "
     "{field: …}}, or {list: {length, let, of}} of so many elements"},
    {"rules",
     "name: expression, or {expr, doc}, or {unique: [columns]}, or {running: column, "
     "per, "
     "adds, from}: a sum that goes on from row to row, or {total: column, of: table, "
     "sum, "
     "match: {own: theirs}}: the sum over that table's rows with the same keys; "
     "`validate` checks them"},
    {"doc", "what the table is"},
};

constexpr std::string_view kFacts[][2] = {
    {"$row", "number of the row, from 0"},
    {"$day", "day of the row"},
    {"$time", "instant of an event; begin of a series' step"},
    {"$step", "number of a series' step in its day, from 0"},
    {"$event_day", "the same as `$day`, of events"},
    {"$arrival_day", "day on which an event becomes known: its own, or as `late` says"},
    {"$born", "day on which a member appeared"},
    {"$alive", "whether it is still there on the as-of day"},
    {"$as_of", "the as-of day"},
    {"$valid_from", "first day of a version; of a member's first one the day of birth"},
    {"$valid_to",
     "first day after a version, 9999-12-31 while it is open on the as-of day"},
    {"$current", "whether a version is open on the as-of day"},
    {"$version", "number of a version of its member, from 1"},
};

template <size_t kSize>
std::string Table(const char* head, const std::string_view (&rows)[kSize][2]) {
  TextTable table({head, "meaning"});
  for (const auto& row : rows) {
    table.Add({fmt::format("`{}`", row[0]), std::string(row[1])});
  }
  return table.ToMarkdown();
}

constexpr std::string_view kExpressions = R"(
## Expressions

From low to high: `or`; `and`; `not`; comparison (`=` `!=` `<` `<=` `>` `>=`, `in (a, b)`, `is null`,
`between a and b`, `like 'a%'`); `||`; `+` `-`; `*` `/` `%`; unary `-`. `case when … then … else … end`.
Literals: `12` an integer, `12.50` a decimal of its digits, `'text'`, `date '2024-01-31'`, `true`, `false`, `null`.

- `quantity` is a column or a let of the row, `who.city` a field of a let.
- `customers.state` is the state of this row's customer, as of the row's day, through the one reference to
  `customers`; with several references the reference column names the way.
- `dim_customer.customer_key` is the version of this row's customer on the row's day, where `dim_customer` has
  `history_of: customers`.
- `symbols.base_price` is that of the row's member in a table with `series: {of: symbols}`.
- `dim_date.date_key` is the calendar's key for this row's day, `dim_time.time_key` that for its time.
- `previous.on_hand` is the value in the row before this one; null in the first.
- `parent.order_date` is a value of the parent's row; `sum(order_items.line_total)` folds the row's children.
- Decimals are exact. A decimal and a double meet only inside `round(x, digits)`.
- Null in, null out, except for `coalesce`, `is null`, `case`, `and`, `or`.

`lakeseed docs functions` lists the functions, `lakeseed docs generators` the generators.
)";

}  // namespace

std::string SpecPage() {
  std::string text(kIntroduction);
  text += "## Keys of a file\n\n" + Table("key", kKeys);
  text +=
      "\n## Keys of a table\n\nExactly one of `rows`, `population`, `events`, `per`, "
      "`history_of`, `series`, `rows_of`, `calendar` and `ledger` says how the rows come "
      "to be.\n\n" +
      Table("key", kTableKeys);
  text +=
      "\nSizes are numbers, `10% of main`, or expressions over parameters; rates are "
      "`0.002 per day`, `1% per year`.\n";
  text += "\n## Facts of a row\n\n" + Table("fact", kFacts);
  return text + std::string(kExpressions);
}

}  // namespace lakeseed
