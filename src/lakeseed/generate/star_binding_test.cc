// How facts, calendars and rows before refer to other tables.

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

constexpr char kShop[] = R"(
dataset: shop
window: {from: 2024-01-01, to: 2024-01-10}
tables:
  days:
    calendar: {from: 2023-12-25, to: 2024-01-31}
  minutes:
    calendar: minutes
  people:
    population: {size: 20, changes: {rate: 20 per year, tracks: [city]}}
    columns:
      person_id: {key: {}}
      city: {choice: {A: 0.5, B: 0.3, C: 0.2}}
  versions:
    history_of: people
    columns: {version_key: {key: {}}, city: people.city, from_day: $valid_from}
  orders:
    events: {per_day: 30, zone: America/New_York}
    columns:
      order_id: {key: {}}
      person_id: {foreign_key: {to: people}}
      at: $time
  lines:
    per: {parent: orders, count: {uniform: [1, 4]}}
    columns:
      line_id: {key: {}}
      amount: {uniform: [1, 100]}
)";

DatasetPtr Bind(const std::string& more) { return BindText(kShop + more); }

std::string ErrorOf(const std::string& more) { return BindError(kShop + more); }

constexpr char kFacts[] = R"(
  facts:
    rows_of: lines
    columns:
      fact_id: {key: {}}
      amount: lines.amount
      twice: amount + amount
      order_id: orders.order_id
      date_key: days.date_key
      time_key: minutes.time_key
      weekday: date_key.day_name
      version_key: versions.version_key
      city: people.city
      city_of_version: versions.city
)";

TEST(StarBinding, FactsSeeWhatTheirSourceAndItsParentsReferTo) {
  const auto dataset = Bind(kFacts);
  const BoundTable& facts = dataset->table(dataset->FindTable("facts"));
  const auto refers = [&](const std::string& column) {
    return facts.columns[static_cast<size_t>(facts.FindColumn(column))].references;
  };
  EXPECT_EQ(refers("date_key"), "days");
  EXPECT_EQ(refers("time_key"), "minutes");
  EXPECT_EQ(refers("version_key"), "versions");
  EXPECT_EQ(refers("city"), "");
  const RowRange extent = facts.rows->Extent(dataset->window());
  EXPECT_EQ(extent, dataset->table(facts.parent).rows->Extent(dataset->window()));
  const auto rows = MakeRows(*dataset, "facts", Rows(extent));
  const auto source = MakeRows(*dataset, "lines", Rows(extent));
  EXPECT_TRUE(rows->GetColumnByName("amount")->Equals(source->GetColumnByName("amount")));
  const auto cell = [&](const char* name, int64_t i) {
    return (*rows->GetColumnByName(name)->GetScalar(i))->ToString();
  };
  for (int64_t i = 0; i < rows->num_rows(); ++i) {
    EXPECT_EQ(cell("city", i), cell("city_of_version", i));
    EXPECT_EQ(cell("date_key", i).substr(0, 6), "202401");
  }
}

// Any rows give what the range gives.
TEST(StarBinding, FactsHaveRandomAccess) {
  const auto dataset = Bind(kFacts);
  const auto all = MakeRows(*dataset, "facts", Rows(RowRange{0, 400}));
  for (const int64_t begin : {0, 1, 77, 250, 399}) {
    const auto part = MakeRows(*dataset, "facts", Rows(RowRange{begin, 400}));
    EXPECT_TRUE(part->Equals(*all->Slice(begin)));
  }
}

TEST(StarBinding, PreviousIsTheRowBefore) {
  const auto dataset = Bind(R"(
  steps:
    rows: 50
    columns:
      step_id: {key: {}}
      drawn: {uniform: [0, 1000]}
      before: previous.drawn
)");
  const auto rows = MakeRows(*dataset, "steps", Rows(RowRange{0, 50}));
  const auto& drawn = *rows->GetColumnByName("drawn");
  const auto& before = *rows->GetColumnByName("before");
  EXPECT_TRUE(before.IsNull(0));
  EXPECT_EQ(before.null_count(), 1);
  EXPECT_TRUE(before.Slice(1)->Equals(*drawn.Slice(0, 49)));
}

TEST(StarBinding, MistakesAreTold) {
  EXPECT_THAT(
      ErrorOf("  steps:\n    rows: 5\n    columns: {total: previous.total + 1}\n"),
      HasSubstr("is defined by itself"));
  EXPECT_THAT(ErrorOf("  steps:\n    rows: 5\n    columns: {key: days.date_key}\n"),
              HasSubstr("has no day or time of its own"));
  EXPECT_THAT(ErrorOf("  facts:\n    rows_of: lines\n    columns: {x: sold}\n"),
              HasSubstr("unknown name: sold"));
  EXPECT_THAT(ErrorOf("  facts:\n    rows_of: linez\n    columns: {x: amount}\n"),
              HasSubstr("unknown table: linez"));
  EXPECT_THAT(ErrorOf("  other:\n    calendar: {of: weeks}\n"),
              HasSubstr("must be days, minutes or seconds"));
  EXPECT_THAT(ErrorOf("  other:\n    calendar: {fiscal_year_starts: sometime}\n"),
              HasSubstr("must be a month"));
}

}  // namespace
}  // namespace lakeseed
