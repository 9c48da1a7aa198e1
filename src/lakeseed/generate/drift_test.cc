// Laws that move: exact on each day, still where nothing is stated, and pure.

#include "lakeseed/generate/drift.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

TEST(DriftGrowth, IsAPowerOfTheDay) {
  const DriftGrowth year(0.05, 365.25), month(-0.02, 365.25 / 12);
  EXPECT_EQ(year.LevelOn(0), 1.0);
  EXPECT_NEAR(year.LevelOn(1461), std::pow(1.05, 4), 1e-12);
  EXPECT_NEAR(year.LevelOn(-1461), std::pow(1.05, -4), 1e-12);
  EXPECT_NEAR(month.LevelOn(1461), std::pow(0.98, 48), 1e-12);
}

TEST(DriftMixture, GoesStraightFromLawToLaw) {
  const DriftMixture mixture(10, {{110, 1}, {210, 0.5}});
  const auto shares = [&](int32_t day) {
    std::map<int32_t, double> of;
    const auto [before, after] = mixture.SharesOn(day);
    of[before.law] += before.share;
    of[after.law] += after.share;
    of[0] = 1 - of[1] - of[2];
    return of;
  };
  for (const int32_t day : {-5, 0, 10}) EXPECT_EQ(shares(day)[0], 1.0) << day;
  EXPECT_DOUBLE_EQ(shares(35)[0], 0.75);
  EXPECT_DOUBLE_EQ(shares(35)[1], 0.25);
  EXPECT_DOUBLE_EQ(shares(110)[1], 1.0);
  EXPECT_DOUBLE_EQ(shares(160)[1], 0.5);
  EXPECT_DOUBLE_EQ(shares(160)[2], 0.25);
  EXPECT_DOUBLE_EQ(shares(160)[0], 0.25);
  EXPECT_DOUBLE_EQ(shares(5000)[2], 0.5);
  EXPECT_DOUBLE_EQ(shares(5000)[0], 0.5);
}

TEST(DriftMixture, UnitsAreCutAtTheShares) {
  const DriftMixture mixture(0, {{100, 1}, {200, 0.5}});
  for (const int32_t day : {0, 1, 50, 99, 100, 130, 199, 200, 900}) {
    std::map<int32_t, int> of;
    constexpr int kUnits = 10'000;
    const DriftMixture::Shares shares = mixture.SharesOn(day);
    for (int i = 0; i < kUnits; ++i) ++of[shares.LawOf((i + 0.5) / kUnits)];
    for (const auto& [law, share] : {shares.before, shares.after}) {
      const double expected = law > 0 ? share * kUnits : of[0];
      EXPECT_NEAR(of[law], expected, 1) << day << " " << law;
    }
  }
}

std::string Text(const std::string& columns, const std::string& kind = "events: 200") {
  return R"yaml(dataset: shop
epoch: 2024-01-01
window: {from: 2024-01-01, to: 2024-12-31}
parameters: {yearly: 0.1, some: 0.4}
tables:
  people:
    population: {size: 300, growth: 0.01 per day, founders_since: 3y}
    columns:
      person_id: {key: {}}
      born: $born
      income: {const: 1000.0, type: double, drift: 10% per year}
  sales:
    )yaml" +
         kind + "\n    columns:\n      sale_id: {key: {}}\n" + columns +
         "  parts:\n    per: {parent: sales, count: 2}\n    columns: {part_id: {key: "
         "{}}, "
         "size: {const: 100.0, type: double, drift: 10% per year}, day: $day}\n";
}

DatasetPtr Bind(const std::string& columns) { return BindText(Text(columns)); }

std::string ErrorOf(const std::string& columns, const std::string& kind = "events: 200") {
  return BindError(Text(columns, kind));
}

constexpr char kDay[] = "      day: $day\n";

int32_t DayAt(const arrow::RecordBatch& batch, const char* column, int64_t i) {
  constexpr int32_t kEpoch = 19723;
  return static_cast<const arrow::Date32Array&>(*batch.GetColumnByName(column)).Value(i) -
         kEpoch;
}

TEST(Drift, EveryRowGrowsByItsOwnDay) {
  const auto still =
      Bind(std::string(kDay) +
           "      price: {uniform: [1.00, 90.00], type: \"decimal(8,2)\"}\n"
           "      units: {poisson: {mean: 900}}\n"
           "      score: {normal: {mean: 5, stddev: 1}}\n");
  const auto moved =
      Bind(std::string(kDay) +
           "      price: {uniform: [1.00, 90.00], type: \"decimal(8,2)\", drift: yearly "
           "per year}\n"
           "      units: {poisson: {mean: 900}, drift: -2% per month}\n"
           "      score: {normal: {mean: 5, stddev: 1}, drift: 0.1% per day}\n");
  const auto before = MakeRows(*still, "sales"), after = MakeRows(*moved, "sales");
  ASSERT_EQ(before->num_rows(), 366 * 200);
  for (int64_t i = 0; i < before->num_rows(); i += 7) {
    const int day = DayAt(*after, "day", i);
    const auto whole = [&](const arrow::RecordBatch& batch) {
      return static_cast<const arrow::Int64Array&>(*batch.GetColumnByName("units"))
          .Value(i);
    };
    const auto real = [&](const arrow::RecordBatch& batch) {
      return static_cast<const arrow::DoubleArray&>(*batch.GetColumnByName("score"))
          .Value(i);
    };
    const auto cents = [&](const arrow::RecordBatch& batch) {
      return static_cast<double>(
          batch.GetColumnByName("price")->data()->GetValues<int64_t>(1)[i]);
    };
    ASSERT_NEAR(cents(*after), cents(*before) * std::pow(1.1, day / 365.25), 0.51);
    ASSERT_NEAR(static_cast<double>(whole(*after)),
                static_cast<double>(whole(*before)) * std::pow(0.98, day / (365.25 / 12)),
                0.51);
    ASSERT_NEAR(real(*after), real(*before) * std::pow(1.001, day), 1e-9);
  }
}

TEST(Drift, MembersByTheirBirthAndChildrenByTheirParentsDay) {
  const auto dataset = Bind(kDay);
  const auto people = MakeRows(*dataset, "people");
  bool any_founder = false, any_born = false;
  for (int64_t i = 0; i < people->num_rows(); ++i) {
    const int32_t day = DayAt(*people, "born", i);
    any_founder |= day < -100;
    any_born |= day > 100;
    const auto& income =
        static_cast<const arrow::DoubleArray&>(*people->GetColumnByName("income"));
    ASSERT_NEAR(income.Value(i), 1000 * std::pow(1.1, day / 365.25), 1e-6);
  }
  EXPECT_TRUE(any_founder && any_born);
  const auto parts =
      MakeRows(*dataset, "parts", Rows(std::vector<int64_t>{90000, 3, 40000}));
  for (int64_t i = 0; i < 3; ++i) {
    const auto& size =
        static_cast<const arrow::DoubleArray&>(*parts->GetColumnByName("size"));
    ASSERT_NEAR(size.Value(i), 100 * std::pow(1.1, DayAt(*parts, "day", i) / 365.25),
                1e-9);
  }
}

std::string TextAt(const arrow::RecordBatch& batch, const char* column, int64_t i) {
  const auto& cells = *batch.GetColumnByName(column);
  if (cells.type_id() != arrow::Type::DICTIONARY) {
    return (*cells.GetScalar(i))->ToString();
  }
  const auto& codes = static_cast<const arrow::DictionaryArray&>(cells);
  return (*codes.dictionary()->GetScalar(codes.GetValueIndex(i)))->ToString();
}

/// Chi-square of counts against shares, and the bound that a sound law passes 999,999
/// times in a million.
void ExpectShares(const std::map<std::string, int64_t>& counts,
                  const std::map<std::string, double>& shares, const std::string& what) {
  int64_t n = 0;
  for (const auto& [name, count] : counts) n += count;
  double chi = 0;
  for (const auto& [name, share] : shares) {
    const double expected = share * static_cast<double>(n);
    const auto found = counts.find(name);
    const double count = found == counts.end() ? 0 : static_cast<double>(found->second);
    chi += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi, 30.7) << what;  // Three values: two degrees of freedom, 2e-7.
  EXPECT_LE(counts.size(), shares.size()) << what;
}

TEST(Drift, WeightsGlideToTheirTargetAndStayThere) {
  const auto dataset = Bind(
      std::string(kDay) +
      "      via: {choice: {web: 0.6, shop: 0.4}, drift: {to: {web: 0.2, shop: 0.3, app: "
      "0.5}, from: 2024-03-01, by: 2024-09-01}}\n");
  const BoundTable& table = dataset->table(dataset->FindTable("sales"));
  EXPECT_FALSE(table.columns[2].shape.nullable);
  for (const int32_t first : {0, 60, 110, 150, 200, 244, 340}) {
    const auto batch =
        MakeRows(*dataset, "sales", Rows(table.rows->Extent({first, first + 9})));
    std::map<std::string, int64_t> counts;
    for (int64_t i = 0; i < batch->num_rows(); ++i) {
      ++counts[TextAt(*batch, "via", i)];
    }
    double way = 0;  // Mean over the ten days.
    for (int32_t day = first; day <= first + 9; ++day) {
      way += std::min(1.0, std::max(0.0, (day - 60) / 184.0)) / 10;
    }
    const std::map<std::string, double> shares{
        {"web", 0.6 - 0.4 * way}, {"shop", 0.4 - 0.1 * way}, {"app", 0.5 * way + 1e-12}};
    ExpectShares(counts, shares, std::to_string(first));
  }
}

TEST(Drift, OfOtherLawsByShares) {
  const auto dataset =
      Bind(std::string(kDay) +
           "      paid: {boolean: 0.1, drift: {to: 0.9, by: 2024-06-01, share: some}}\n"
           "      size: {uniform: [1, 10], drift: [{to: [11, 20], by: 2024-04-01}, {to: "
           "[21, 30], by: 2024-07-01}]}\n");
  const BoundTable& table = dataset->table(dataset->FindTable("sales"));
  const auto late = MakeRows(*dataset, "sales", Rows(table.rows->Extent({300, 329})));
  const auto& paid =
      static_cast<const arrow::BooleanArray&>(*late->GetColumnByName("paid"));
  const double share =
      static_cast<double>(paid.true_count()) / static_cast<double>(paid.length());
  EXPECT_NEAR(share, 0.6 * 0.1 + 0.4 * 0.9, 0.03);
  const auto sizes = [&](int32_t first, int32_t last) {
    std::map<int64_t, double> of;
    const auto batch =
        MakeRows(*dataset, "sales", Rows(table.rows->Extent({first, last})));
    const auto& size =
        static_cast<const arrow::Int64Array&>(*batch->GetColumnByName("size"));
    for (int64_t i = 0; i < size.length(); ++i) {
      of[(size.Value(i) - 1) / 10] += 1.0 / static_cast<double>(size.length());
    }
    return of;
  };
  EXPECT_EQ(sizes(0, 0), (std::map<int64_t, double>{{0, sizes(0, 0)[0]}}));
  EXPECT_NEAR(sizes(41, 50)[1], 0.5, 0.05);
  EXPECT_EQ(sizes(91, 91).size(), 1u);
  EXPECT_NEAR(sizes(132, 141)[2], 0.5, 0.05);
  EXPECT_EQ(sizes(300, 310).begin()->first, 2);
}

TEST(Drift, WhatDoesNotMoveHasTheValuesThatItWouldHave) {
  const auto with = [](const std::string& via, const std::string& n) {
    return MakeRows(
        *Bind(std::string(kDay) + "      via: {choice: {web: 0.6, shop: 0.4}" + via +
              "}\n      n: {uniform: [1, 90]" + n + "}\n"),
        "sales");
  };
  const auto still = with("", "");
  const auto late = with(", drift: {to: {x: 1}, from: 2030-01-01, by: 2031-01-01}",
                         ", drift: {to: [5, 6], from: 2030-01-01, by: 2031-01-01}");
  for (int64_t i = 0; i < still->num_rows(); i += 11) {
    for (const char* column : {"via", "n"}) {
      ASSERT_EQ(TextAt(*still, column, i), TextAt(*late, column, i));
    }
  }
  const auto none =
      with(", drift: {to: {web: 1}, by: 2024-06-01, share: 0}", ", drift: 0% per year");
  EXPECT_TRUE(still->Equals(*none));
}

TEST(Drift, ARowIsTheSameAloneAndAmongOthers) {
  const auto dataset =
      Bind(std::string(kDay) +
           "      via: {choice: {web: 0.6, shop: 0.4}, drift: {to: {app: 1}, by: "
           "2024-09-01}}\n"
           "      n: {uniform: [1, 90], drift: {to: [100, 190], by: 2024-09-01}}\n"
           "      x: {lognormal: {median: 9, log_sigma: 1}, drift: 30% per year}\n");
  const auto all = MakeRows(*dataset, "sales");
  const std::vector<int64_t> rows{70000, 5, 33333, 5, 12};
  const auto some = MakeRows(*dataset, "sales", Rows(rows));
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const char* column : {"via", "n", "x"}) {
      EXPECT_EQ(TextAt(*some, column, static_cast<int64_t>(i)),
                TextAt(*all, column, rows[i]));
    }
  }
}

TEST(Drift, MistakesHaveTheirReasons) {
  const auto has = [](const std::string& column, const std::string& part,
                      const std::string& kind = "events: 200") {
    const std::string error = ErrorOf("      x: " + column + "\n", kind);
    EXPECT_NE(error.find(part), std::string::npos) << column << "\n" << error;
  };
  has("{choice: [a, b], drift: 5% per year}", "only numbers grow");
  has("{expr: sale_id * 2, drift: 5% per year}", "only what a generator draws drifts");
  has("{foreign_key: {to: people}, drift: 5% per year}", "a foreign_key does not drift");
  has("{uniform: [1, 5], drift: 5%}", "a rate has a unit");
  has("{uniform: [1, 5], drift: 5% per fortnight}", "unknown unit");
  has("{uniform: [1, 5], drift: -100% per year}", "above -100%");
  has("{uniform: [1, 5], drift: {to: [2, 6]}}", "missing key: by");
  has("{uniform: [1, 5], drift: {to: [2, 6], by: 2024-02-01, shares: 1}}", "unknown key");
  has("{uniform: [1, 5], drift: {to: [2, 6], by: 2024-02-01, share: 2}}",
      "a share is between 0 and 1");
  has("{uniform: [1, 5], drift: [{to: [2, 6], by: 2024-03-01}, {to: [3, 7], by: "
      "2024-02-01}]}",
      "days must ascend");
  has("{uniform: [1, 5], drift: 5% per year}", "rows that are made once", "rows: 20");
  has("{pattern: \"##\", drift: {to: \"###\", by: 2024-02-01}}",
      "only numbers, booleans");
}

TEST(Drift, OutOfTheTypeIsAnError) {
  const auto dataset = Bind(
      "      x: {uniform: [90, 99], type: \"decimal(2,0)\", drift: 50% per month}\n");
  const BoundTable& table = dataset->table(dataset->FindTable("sales"));
  const Program program(
      *dataset, std::vector<Program::Target>{{table.index, table.columns.back().node}});
  Evaluation evaluation(program, table.index, Rows(table.rows->Extent({200, 200})),
                        nullptr, {.day = 365}, arrow::default_memory_pool());
  const auto made = evaluation.Get(table.columns.back().node);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.status().message().find("has drifted out of"), std::string::npos)
      << made.status().message();
}

}  // namespace
}  // namespace lakeseed
