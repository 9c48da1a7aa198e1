// Foreign keys: laws of generators, distinct lines, the living only, clear errors.

#include <gtest/gtest.h>

#include <set>

#include "lakeseed/base/quantiles.h"
#include "lakeseed/generate/child_rows.h"
#include "lakeseed/generate/event_rows.h"
#include "lakeseed/generate/population_rows.h"
#include "lakeseed/generate/static_rows.h"
#include "lakeseed/generate/test_context.h"

namespace lakeseed {

extern const GeneratorDef kForeignKey;

namespace {

class ForeignKeyTest : public testing::Test {
 protected:
  ForeignKeyTest()
      : products_(Members(40)),
        customers_(Members(2000)),
        stores_(30, kEpoch),
        orders_(*DayIndex::OfRate(std::vector<int64_t>(900, kNeutralWeight), 30,
                                  kNeutralWeight),
                *Hours::Make({1, 2}, {}), kEpoch),
        items_(orders_,
               *Fanout::Make({3, 4}, *QuantileTable(*GeometricLaw(2.5, 1, 12)))) {
    context_.set_rows(&items_);
    context_.AddTable("products", &products_);
    context_.AddTable("customers", &customers_);
    context_.AddTable("stores", &stores_);
    context_.AddTable("orders", &orders_);
    context_.AddInput("$day", arrow::date32(), [this](const Rows& rows) {
      std::vector<int32_t> days(static_cast<size_t>(rows.length()));
      items_.DaysOf(rows, days.data());
      arrow::Date32Builder builder;
      for (int32_t day : days) EXPECT_TRUE(builder.Append(kEpoch + day).ok());
      return builder.Finish().ValueOrDie();
    });
  }

  static PopulationRows Members(int64_t founders) {
    const auto weights = *DayWeights(kEpoch, 900, {.growth = 0.001});
    return {std::make_unique<Population>(
                PopulationOptions{.key = {7, static_cast<uint64_t>(founders)},
                                  .founders = founders,
                                  .churn = 0.001},
                *DayIndex::OfRate(weights, founders, kNeutralWeight * 500)),
            nullptr, kEpoch, true};
  }

  std::vector<int64_t> Values(const char* yaml, const Rows& rows) {
    const auto generator = context_.Bind(kForeignKey, yaml).ValueOrDie();
    const auto array = context_.Generate(*generator, rows).ValueOrDie();
    EXPECT_TRUE(array->ValidateFull().ok());
    const auto& values = static_cast<const arrow::Int64Array&>(*array);
    return {values.raw_values(), values.raw_values() + values.length()};
  }

  std::string ErrorOf(const char* yaml) {
    return context_.Bind(kForeignKey, yaml).status().message();
  }

  static constexpr int32_t kEpoch = TestRowSpace::kEpoch;
  TestContext context_;
  PopulationRows products_, customers_;
  StaticRows stores_;
  EventRows orders_;
  ChildRows items_;
};

constexpr const char* kAll[] = {
    "{foreign_key: {to: customers, activity: {zipf: 0.65}}}",
    "{foreign_key: customers}",
    "{foreign_key: {to: customers, alive: false}}",
    "{foreign_key: {to: products, popularity: {zipf: 1.2, offset: 2}, "
    "distinct_in_parent: true}}",
    "{foreign_key: {to: stores, popularity: {zipf: 0.9}}}",
    "{foreign_key: {to: stores, popularity: {zipf: 0.9, offset: 3}, distinct_in_parent: "
    "true}}",
    "{foreign_key: {to: stores}}",
    "{foreign_key: {to: orders}}",
};

TEST_F(ForeignKeyTest, SplitAndRandomAccessAgree) {
  for (const char* yaml : kAll) {
    const auto all = Values(yaml, Rows(RowRange{0, 5000}));
    for (const int64_t cut : {1, 777, 2048}) {
      const auto part = Values(yaml, Rows(RowRange{cut, cut + 1500}));
      ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin() + cut)) << yaml;
    }
    std::vector<int64_t> numbers;
    for (int64_t i = 0; i < 1500; ++i) numbers.push_back((i * 7919) % 5000);
    const auto some = Values(yaml, Rows(numbers));
    for (size_t i = 0; i < numbers.size(); ++i) {
      ASSERT_EQ(some[i], all[static_cast<size_t>(numbers[i])]) << yaml;
    }
  }
}

TEST_F(ForeignKeyTest, ReferredRowsLiveOnTheDay) {
  const RowRange rows = items_.Extent({500, 501});
  std::vector<int32_t> days(static_cast<size_t>(rows.length()));
  items_.DaysOf(Rows(rows), days.data());
  const auto values = Values(kAll[0], Rows(rows));
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_TRUE(customers_.population()->Alive(values[i] - 1, days[i]));
  }
  const auto orders = Values("{foreign_key: {to: orders}}", Rows(rows));
  for (int64_t order : orders)
    ASSERT_TRUE(order >= 1 && order <= orders_.Extent({0, 501}).end);
}

TEST_F(ForeignKeyTest, LinesOfAParentDiffer) {
  for (const char* yaml : {kAll[3], kAll[5]}) {
    const auto values = Values(yaml, Rows(RowRange{0, 20'000}));
    std::set<int64_t> seen;
    int64_t repeats_between_parents = 0;
    for (int64_t order = 0; order < 7000; ++order) {
      std::set<int64_t> lines;
      for (int64_t i = items_.fanout()->FirstChild(order);
           i < items_.fanout()->FirstChild(order + 1); ++i) {
        ASSERT_TRUE(lines.insert(values[static_cast<size_t>(i)]).second) << order;
      }
      repeats_between_parents += seen.insert(*lines.begin()).second ? 0 : 1;
    }
    EXPECT_GT(repeats_between_parents, 5000);
  }
}

TEST_F(ForeignKeyTest, AsManyLinesAsRowsStillDiffer) {
  const StaticRows few(12, kEpoch);
  context_.AddTable("few", &few);
  const auto values =
      Values("{foreign_key: {to: few, popularity: {zipf: 5}, distinct_in_parent: true}}",
             Rows(RowRange{0, 3000}));
  for (int64_t order = 0; order < 1000; ++order) {
    std::set<int64_t> lines;
    for (int64_t i = items_.fanout()->FirstChild(order);
         i < items_.fanout()->FirstChild(order + 1); ++i) {
      const int64_t value = values[static_cast<size_t>(i)];
      ASSERT_TRUE(value >= 1 && value <= 12 && lines.insert(value).second);
    }
  }
}

TEST_F(ForeignKeyTest, LinesOfLargeFamiliesDifferToo) {
  const ChildRows many(orders_,
                       *Fanout::Make({5, 6}, *QuantileTable(*GeometricLaw(9, 1, 30))));
  context_.set_rows(&many);
  const auto all = Values(kAll[5], Rows(RowRange{0, 5000}));
  const auto part = Values(kAll[5], Rows(RowRange{777, 2000}));
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 777));
  for (int64_t order = 0; many.fanout()->FirstChild(order + 1) <= 5000; ++order) {
    std::set<int64_t> lines;
    for (int64_t i = many.fanout()->FirstChild(order);
         i < many.fanout()->FirstChild(order + 1); ++i) {
      ASSERT_TRUE(lines.insert(all[static_cast<size_t>(i)]).second) << order;
    }
  }
}

TEST_F(ForeignKeyTest, ErrorsNameTheReason) {
  EXPECT_NE(ErrorOf("{foreign_key: {to: custmers}}").find("unknown table"),
            std::string::npos);
  EXPECT_NE(
      ErrorOf(
          "{foreign_key: {to: customers, activity: {zipf: 1}, popularity: {zipf: 1}}}")
          .find("same as activity"),
      std::string::npos);
  EXPECT_NE(ErrorOf("{foreign_key: {to: customers, activty: {zipf: 1}}}").find("activ"),
            std::string::npos);
  EXPECT_NE(
      ErrorOf("{foreign_key: {to: orders, activity: {zipf: 1}}}").find("no popularity"),
      std::string::npos);
  const StaticRows three(3, kEpoch), none(0, kEpoch);
  context_.AddTable("three", &three);
  context_.AddTable("none", &none);
  EXPECT_NE(
      ErrorOf("{foreign_key: {to: three, distinct_in_parent: true}}").find("12 > 3"),
      std::string::npos);
  EXPECT_NE(ErrorOf("{foreign_key: none}").find("no row to refer to"), std::string::npos);
  context_.set_rows(&orders_);
  EXPECT_NE(ErrorOf("{foreign_key: {to: stores, distinct_in_parent: true}}").find("per:"),
            std::string::npos);
}

}  // namespace
}  // namespace lakeseed
