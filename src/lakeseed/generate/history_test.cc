// Histories in a dataset: columns as of each version, keys of versions in facts.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <map>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/history_rows.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2023-01-01
window: {from: 2023-06-01, to: 2023-12-31}
main: orders
target_rows: 3000
tables:
  regions:
    rows: 7
    columns: {region_id: {key: {}}, rate: {uniform: [1, 9]}}
  dim_customer:
    history_of: customers
    columns:
      customer_key: {key: {}}
      "*": {of: customers, except: [alive]}
      letter: upper(segment)
      rate: regions.rate
      city: home.city
      effective_date: $valid_from
      expiry_date: $valid_to
      is_current: $current
      version: $version
      tag: {uniform: [1, 1000000]}
  customers:
    population:
      {size: 200, growth: 0.003 per day, churn: 0.002 per day,
       changes: {rate: 3 per year, tracks: [segment, region_id, home]}}
    let: {home: {address: {country: US}}}
    columns:
      customer_id: {key: {}}
      segment: {choice: {a: 0.5, b: 0.3, c: 0.2}}
      region_id: {foreign_key: {to: regions}}
      alive: $alive
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}, null_fraction: 0.1}
      customer_key: dim_customer.customer_key
      at: $time
      day: $day
      segment: customers.segment
      same_segment: dim_customer.segment
      third_segment: customer_key.segment
      since: dim_customer.effective_date
)yaml";

TEST(HistoryTest, SplitRandomAndSubset) {
  const DatasetPtr dataset = BindText(kShop);
  const AsOf as_of = dataset->default_as_of();
  for (const char* name : {"dim_customer", "orders"}) {
    const RowRange all = ExtentOf(*dataset, name);
    const int64_t b = all.begin, e = std::min(all.end, b + 900), m = b + 333;
    const BatchPtr whole = MakeRows(*dataset, name, Rows(RowRange{b, e}), as_of);
    for (const RowRange part : {RowRange{b, m}, RowRange{m, m}, RowRange{m, e}}) {
      const BatchPtr made = MakeRows(*dataset, name, Rows(part), as_of);
      for (int c = 0; c < whole->num_columns(); ++c) {
        const auto expected = whole->column(c)->Slice(part.begin - b, part.length());
        for (int64_t i = 0; i < part.length(); ++i) {
          ASSERT_TRUE((*made->column(c)->GetScalar(i))
                          ->Equals(*expected->GetScalar(i).ValueOrDie()))
              << name << "." << whole->column_name(c) << " row " << part.begin + i;
        }
      }
    }
    std::vector<int64_t> numbers;
    for (int64_t r = e - 1; r >= b; r -= 7) numbers.push_back(r);
    const BatchPtr some = MakeRows(*dataset, name, Rows(numbers), as_of);
    for (int c = 0; c < whole->num_columns(); ++c) {
      const BatchPtr alone = MakeRows(*dataset, name, Rows(RowRange{b, e}), as_of, {c});
      EXPECT_TRUE(alone->column(0)->Equals(whole->column(c)));
      for (size_t i = 0; i < numbers.size(); ++i) {
        ASSERT_EQ((*some->column(c)->GetScalar(static_cast<int64_t>(i)))->ToString(),
                  (*whole->column(c)->GetScalar(numbers[i] - b))->ToString());
      }
    }
  }
}

TEST(HistoryTest, ALongerRequestAppends) {
  const DatasetPtr dataset = BindText(kShop);
  const DatasetPtr longer =
      BindText(kShop, {.last_day = dataset->spec().window.to + 400});
  const RowRange all = ExtentOf(*dataset, "dim_customer");
  EXPECT_EQ(all, ExtentOf(*longer, "dim_customer"));
  const AsOf as_of = dataset->default_as_of();
  EXPECT_TRUE(MakeRows(*dataset, "dim_customer", Rows(all), as_of)
                  ->Equals(*MakeRows(*longer, "dim_customer", Rows(all), as_of)));
  // A copy of an earlier day is a prefix, but for what was not known then.
  const RowRange early = TableOf(*dataset, "dim_customer").rows->Extent({0, 200});
  const BatchPtr then = MakeRows(*dataset, "dim_customer", Rows(early), {.day = 200});
  const BatchPtr now = MakeRows(*dataset, "dim_customer", Rows(early), as_of);
  for (int c = 0; c < then->num_columns(); ++c) {
    const std::string name = then->column_name(c);
    const bool depends = name == "expiry_date" || name == "is_current";
    EXPECT_EQ(then->column(c)->Equals(now->column(c)), !depends) << name;
  }
}

// Later versions are bound when they are first needed, by what the first was bound with.
TEST(HistoryTest, ParametersReachLaterVersions) {
  const auto versions = [](const std::string& law, const std::string& parameters) {
    std::string text = kShop;
    text.insert(text.find("tables:"), parameters);
    text.replace(text.find("tracks: [segment"), 16, "tracks: [is_vip, segment");
    text.insert(text.find("      alive:"), "      is_vip: {boolean: " + law + "}\n");
    const DatasetPtr dataset = BindText(text);
    return MakeRows(*dataset, "dim_customer", Rows(ExtentOf(*dataset, "dim_customer")));
  };
  const BatchPtr stated = versions("0.5", "");
  EXPECT_GT(stated->num_rows(), 400);
  EXPECT_TRUE(versions("share / 4", "parameters: {share: 2}\n")->Equals(*stated));
  EXPECT_FALSE(versions("share", "parameters: {share: 0.4}\n")->Equals(*stated));
}

TEST(HistoryTest, OpenVersionsEqualTheLiving) {
  const DatasetPtr dataset = BindText(kShop);
  for (const int32_t day : {0, 151, 260, 364}) {
    const AsOf as_of{.day = day};
    const BatchPtr versions =
        MakeRows(*dataset, "dim_customer",
                 Rows(TableOf(*dataset, "dim_customer").rows->Extent({0, day})), as_of);
    const BatchPtr members =
        MakeRows(*dataset, "customers",
                 Rows(TableOf(*dataset, "customers").rows->Extent({0, day})), as_of);
    std::map<std::string, std::string> open, living;
    for (int64_t i = 0; i < versions->num_rows(); ++i) {
      if (CellText(*versions, "is_current", i) != "true") continue;
      EXPECT_EQ(CellText(*versions, "expiry_date", i), "9999-12-31");
      open[CellText(*versions, "customer_id", i)] =
          CellText(*versions, "segment", i) + CellText(*versions, "region_id", i);
    }
    for (int64_t i = 0; i < members->num_rows(); ++i) {
      if (CellText(*members, "alive", i) != "true") continue;
      living[CellText(*members, "customer_id", i)] =
          CellText(*members, "segment", i) + CellText(*members, "region_id", i);
    }
    EXPECT_EQ(open, living) << day;
  }
}

TEST(HistoryTest, VersionsDifferAndSeeOneAnother) {
  const DatasetPtr dataset = BindText(kShop);
  const BatchPtr versions =
      MakeRows(*dataset, "dim_customer", Rows(ExtentOf(*dataset, "dim_customer")),
               dataset->default_as_of());
  const BatchPtr regions = MakeRows(*dataset, "regions", Rows(RowRange{0, 7}), {});
  std::map<std::string, std::string> last;
  int64_t pairs = 0, same = 0;
  for (int64_t i = 0; i < versions->num_rows(); ++i) {
    EXPECT_EQ(CellText(*versions, "customer_key", i), std::to_string(i + 1));
    const std::string segment = CellText(*versions, "segment", i);
    EXPECT_EQ(CellText(*versions, "letter", i),
              std::string(1, static_cast<char>(segment[0] - 'a' + 'A')));
    const int64_t region = std::stoll(CellText(*versions, "region_id", i));
    EXPECT_EQ(CellText(*versions, "rate", i), CellText(*regions, "rate", region - 1));
    const std::string state =
        segment + CellText(*versions, "region_id", i) + CellText(*versions, "city", i);
    const auto [at, is_first] =
        last.emplace(CellText(*versions, "customer_id", i), state);
    EXPECT_EQ(is_first, CellText(*versions, "version", i) == "1");
    if (!is_first) {
      ++pairs;
      same += at->second == state;
      at->second = state;
    }
  }
  EXPECT_GT(pairs, 300);
  // A new street in the same city does not show.
  EXPECT_LT(same, pairs / 20);
}

TEST(HistoryTest, FactsNameTheVersionOfTheirDay) {
  const DatasetPtr dataset = BindText(kShop);
  const AsOf as_of = dataset->default_as_of();
  const BatchPtr versions =
      MakeRows(*dataset, "dim_customer", Rows(ExtentOf(*dataset, "dim_customer")), as_of);
  const BatchPtr orders =
      MakeRows(*dataset, "orders", Rows(ExtentOf(*dataset, "orders")), as_of);
  ASSERT_EQ(orders->num_rows(), 3000);
  int64_t nulls = 0, later = 0;
  for (int64_t i = 0; i < orders->num_rows(); ++i) {
    if (CellText(*orders, "customer_id", i) == "null") {
      EXPECT_EQ(CellText(*orders, "customer_key", i), "null");
      ++nulls;
      continue;
    }
    const int64_t row = std::stoll(CellText(*orders, "customer_key", i)) - 1;
    ASSERT_LT(row, versions->num_rows());
    EXPECT_EQ(CellText(*versions, "customer_id", row),
              CellText(*orders, "customer_id", i));
    EXPECT_LE(CellText(*versions, "effective_date", row), CellText(*orders, "day", i));
    EXPECT_GT(CellText(*versions, "expiry_date", row), CellText(*orders, "day", i));
    EXPECT_EQ(CellText(*versions, "segment", row), CellText(*orders, "segment", i));
    EXPECT_EQ(CellText(*orders, "same_segment", i), CellText(*orders, "segment", i));
    EXPECT_EQ(CellText(*orders, "third_segment", i), CellText(*orders, "segment", i));
    EXPECT_EQ(CellText(*orders, "since", i), CellText(*versions, "effective_date", row));
    later += CellText(*versions, "version", row) != "1";
  }
  EXPECT_GT(nulls, 200);
  EXPECT_GT(later, 1000);
  // Known for ever: the run's as-of day does not matter.
  EXPECT_TRUE(orders->Equals(
      *MakeRows(*dataset, "orders", Rows(ExtentOf(*dataset, "orders")), {.day = 500})));
}

TEST(HistoryTest, ReferencesAreKnown) {
  const DatasetPtr dataset = BindText(kShop);
  const auto references = [&](const char* table, const char* column) {
    const BoundTable& bound = TableOf(*dataset, table);
    return bound.columns[static_cast<size_t>(bound.FindColumn(column))].references;
  };
  EXPECT_EQ(references("orders", "customer_key"), "dim_customer");
  EXPECT_EQ(references("dim_customer", "customer_id"), "customers");
  EXPECT_EQ(references("dim_customer", "region_id"), "regions");
  EXPECT_EQ(references("dim_customer", "segment"), "");
}

std::string ErrorOf(const std::string& from, const std::string& to) {
  std::string text = kShop;
  text.replace(text.find(from), from.size(), to);
  return BindError(text);
}

TEST(HistoryTest, MistakesAreReported) {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_PRED2(has, ErrorOf("      day: $day\n", "      day: $valid_from\n"),
               "only rows of a `history_of:` table are versions");
  EXPECT_PRED2(has,
               ErrorOf("{foreign_key: {to: customers}, null_fraction: 0.1}",
                       "{foreign_key: {to: dim_customer}}"),
               "a row refers to a version by its day, not by a draw");
  EXPECT_PRED2(has,
               ErrorOf("      customer_id: {foreign_key: {to: customers}, null_fraction: "
                       "0.1}\n",
                       "      customer_id: {uniform: [1, 9]}\n"),
               "does not refer to the members of history: dim_customer");
  EXPECT_PRED2(has, ErrorOf("letter: upper(segment)", "letter: upper(segmnt)"),
               "did you mean `segment`?");
}

}  // namespace
}  // namespace lakeseed
