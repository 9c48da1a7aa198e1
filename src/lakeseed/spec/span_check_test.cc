// `since` and `until` of columns: what is read, what is said to mistakes, that they are a
// part of the identity, and which days files show.

#include "lakeseed/spec/span_check.h"

#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/spec/shown_days.h"

namespace lakeseed {
namespace {

/// A shop with a column of each kind; `what` is that of orders.
std::string Text(const std::string& what, const std::string& more = "") {
  return R"yaml(dataset: shop
epoch: 2024-01-01
window: {from: 2024-02-01, to: 2024-12-31}
tables:
  people:
    population: {size: 50, changes: {rate: 1 per year, tracks: [tier]}}
    columns:
      person_id: {key: {}}
      tier: {choice: [a, b]}
      phone: {pattern: "###", since: 2024-03-01, until: 2024-06-30}
  history:
    history_of: people
    columns: {version_id: {key: {}}, "*": people}
  orders:
    events: {per_day: 10}
)yaml" + more +
         "    columns: {order_id: {key: {}}, on: $day, x: " + what + "}\n" +
         R"yaml(  lines:
    per: {parent: orders, count: 2}
    columns: {line_id: {key: {}}, order_id: parent.order_id}
)yaml";
}

arrow::Result<DatasetSpec> Parsed(const std::string& text) {
  return ParseDataset(text, "f", "", {});
}

int32_t Day(const std::string& text) { return *ParseDate(text); }

void ExpectError(const std::string& text, const std::string& part) {
  const auto result = Parsed(text);
  ASSERT_FALSE(result.ok()) << part;
  EXPECT_NE(result.status().message().find(part), std::string::npos)
      << result.status().message();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Spans, AreReadAndGoOnInAHistory) {
  const auto spec = Parsed(Text("{uniform: [1, 5], until: 2024-05-01}"));
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  const ColumnSpan x = spec->FindTable("orders")->columns[2].span;
  EXPECT_FALSE(x.since.has_value());
  EXPECT_EQ(x.until, Day("2024-05-01"));
  for (const char* table : {"people", "history"}) {
    const ColumnSpec& phone = spec->FindTable(table)->columns.back();
    EXPECT_EQ(phone.name, "phone");
    EXPECT_EQ(phone.span.since, Day("2024-03-01")) << table;
    EXPECT_EQ(phone.span.until, Day("2024-06-30")) << table;
  }
}

TEST(Spans, ArePartOfTheIdentity) {
  const auto text = [](const std::string& what) {
    return Parsed(Text(what))->canonical_text;
  };
  EXPECT_NE(text("{uniform: [1, 5]}"), text("{uniform: [1, 5], since: 2024-05-01}"));
  EXPECT_NE(text("{uniform: [1, 5], until: 2024-05-01}"),
            text("{uniform: [1, 5], since: 2024-05-01}"));
}

TEST(Spans, DaysHaveAnOrder) {
  ExpectError(Text("{uniform: [1, 5], since: 2024-05-02, until: 2024-05-01}"),
              "orders.x: `until` is before `since`: 2024-05-01 < 2024-05-02");
  ExpectError(Text("{uniform: [1, 5], since: 2024-01-01}"), "not after the epoch");
  ExpectError(Text("{uniform: [1, 5], until: 2023-12-31}"), "never there");
  ExpectError(Text("{uniform: [1, 5], since: soon}"), "x.since: not a date: soon");
  EXPECT_TRUE(
      Parsed(Text("{uniform: [1, 5], since: 2024-01-02, until: 2024-01-02}")).ok());
}

TEST(Spans, WhatOthersNeedStays) {
  const std::string sound = Text("{uniform: [1, 5]}");
  const std::string since = ", since: 2024-03-01}";
  ExpectError(Replaced(sound, "order_id: {key: {}}", "order_id: {key: {}" + since),
              "a key does not come or go");
  ExpectError(Replaced(sound, "order_id: parent.order_id",
                       "order_id: {expr: parent.order_id" + since),
              "links the rows to their parent");
  ExpectError(Replaced(sound, "on: $day", "on: {expr: $day" + since), "tells a fact");
  ExpectError(Replaced(sound, "tier: {choice: [a, b]}", "tier: {choice: [a, b]" + since),
              "is tracked by `changes`");
  ExpectError(
      Text("{uniform: [1, 5]}", "    let: {y: {uniform: [1, 2], since: 2024-03-01}}\n"),
      "only a column comes and goes");
}

TEST(Spans, AFileShowsItsDayOrTheWindowOrTheDayAsOfWhichItIs) {
  const auto spec = Parsed(Text("{uniform: [1, 5]}"));
  ASSERT_TRUE(spec.ok());
  const TableSpec &people = *spec->FindTable("people"),
                  &lines = *spec->FindTable("lines");
  const int32_t day = Day("2024-07-01"), as_of = Day("2024-04-02");
  for (const TableSpec* table : {&people, &lines}) {
    EXPECT_EQ(ShownDays(*spec, *table, day, as_of), (DateRange{day, day}));
  }
  EXPECT_EQ(ShownDays(*spec, lines, std::nullopt, as_of), spec->window);
  EXPECT_EQ(ShownDays(*spec, people, std::nullopt, as_of), (DateRange{as_of, as_of}));
  EXPECT_EQ(ShownDays(*spec, people, std::nullopt, std::nullopt),
            (DateRange{spec->epoch, spec->window.to}));
}

TEST(Spans, TouchDays) {
  const ColumnSpan both{10, 20}, since{10, std::nullopt}, until{std::nullopt, 20};
  EXPECT_TRUE(both.Touches(10, 10) && both.Touches(20, 20) && both.Touches(1, 30));
  EXPECT_FALSE(both.Touches(1, 9) || both.Touches(21, 30));
  EXPECT_TRUE(since.Touches(1, 10) && !since.Touches(1, 9));
  EXPECT_TRUE(until.Touches(20, 30) && !until.Touches(21, 30));
  EXPECT_TRUE(ColumnSpan{}.is_always() && ColumnSpan{}.Touches(5, 5));
}

}  // namespace
}  // namespace lakeseed
