#include "lakeseed/base/quantiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "lakeseed/base/golden.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

int64_t Sum(const std::vector<int64_t>& table) {
  return std::accumulate(table.begin(), table.end(), int64_t{0});
}

TEST(Quantiles, EqualReferenceModel) {
  const auto golden = LoadGolden("quantiles");
  ASSERT_EQ(golden["geometric"].size(), 4u);
  for (const auto& one : golden["geometric"]) {
    const double mean = GoldenDouble(one["mean"]);
    const CountLaw law = GeometricLaw(mean, one["lo"], one["hi"]).ValueOrDie();
    EXPECT_EQ(law.probabilities, GoldenDoubles(one["pmf"]));
    EXPECT_EQ(QuantileTable(law, one["size"], mean).ValueOrDie(),
              GoldenIntegers(one["table"]));
    EXPECT_EQ(QuantileTable(law, 100).ValueOrDie(), GoldenIntegers(one["free"]));
  }
  for (const auto& one : golden["fill"]) {
    EXPECT_EQ(FillTo(GoldenIntegers(one["table"]), one["want"], one["lo"], one["hi"])
                  .ValueOrDie(),
              GoldenIntegers(one["filled"]));
  }
}

TEST(Quantiles, LawsHaveTheStatedMean) {
  for (double mean : {1.05, 2.25, 2.5, 5.0, 6.4}) {
    EXPECT_NEAR(MeanOf(GeometricLaw(mean, 1, 12).ValueOrDie()), mean, 1e-6) << mean;
  }
  for (double mean : {0.01, 1.0, 2.5, 7.9, 11.5}) {
    EXPECT_NEAR(MeanOf(PoissonLaw(mean, 0, 12).ValueOrDie()), mean, 1e-6) << mean;
  }
  EXPECT_NEAR(MeanOf(PoissonLaw(800, 0, 2000).ValueOrDie()), 800, 1e-6);
  EXPECT_DOUBLE_EQ(MeanOf(UniformLaw(-2, 5).ValueOrDie()), 1.5);
}

TEST(Quantiles, FractionsAreExactWhereTablesAreNot) {
  const int64_t values[] = {0, 1, 2, 3};
  const double weights[] = {0.18, 0.38, 0.28, 0.16};
  const CountLaw law = ChoiceLaw(values, weights).ValueOrDie();
  EXPECT_EQ(Sum(QuantileTable(law).ValueOrDie()), 1454);  // 1454.08 would be the mean.
  const MeanFraction mean = FractionOf(MeanOf(law));
  EXPECT_EQ(mean.Of(80'000), 113'600);
  EXPECT_EQ(mean.Of(1), 1);
  EXPECT_EQ(FractionOf(2.5).num, 5);
  EXPECT_EQ(FractionOf(2.6).Of(73'200'000), 190'320'000);
  EXPECT_EQ(FractionOf(999'999.5).Of(2'000'000'000'000), 1'999'999'000'000'000'000);
  EXPECT_EQ(FractionOf(0).Of(7), 0);
}

TEST(Quantiles, PoissonIsPoissonWhereNothingIsCut) {
  const CountLaw law = PoissonLaw(3.0, 0, 60).ValueOrDie();
  for (int64_t k = 0; k < 20; ++k) {
    const double x = static_cast<double>(k);
    EXPECT_NEAR(law.probabilities[static_cast<size_t>(k)],
                std::exp(x * std::log(3.0) - 3.0 - std::lgamma(x + 1)), 1e-12);
  }
}

TEST(Quantiles, PoissonTakesASpread) {
  for (const double stddev : {0.55, 1.0, 1.4, 2.5, 4.0}) {
    const CountLaw law = PoissonLaw(2.6, stddev, 1, 16).ValueOrDie();
    double square = 0;
    for (size_t i = 0; i < law.probabilities.size(); ++i) {
      const double off = static_cast<double>(i) + 1 - 2.6;
      square += law.probabilities[i] * off * off;
    }
    EXPECT_NEAR(MeanOf(law), 2.6, 1e-6) << stddev;
    EXPECT_NEAR(std::sqrt(square), stddev, 1e-6) << stddev;
  }
  // With the spread that follows from the mean it is Poisson's own.
  const CountLaw own = PoissonLaw(3.0, 0, 60).ValueOrDie(),
                 stated = PoissonLaw(3.0, std::sqrt(3.0), 0, 60).ValueOrDie();
  for (size_t i = 0; i < own.probabilities.size(); ++i) {
    EXPECT_NEAR(own.probabilities[i], stated.probabilities[i], 1e-9) << i;
  }
}

TEST(Quantiles, TableIsTheLaw) {
  const int64_t values[] = {1, 2, 5};
  const double weights[] = {0.5, 0.3, 0.2};
  const CountLaw law = ChoiceLaw(values, weights).ValueOrDie();
  const auto table = QuantileTable(law, 1000).ValueOrDie();
  EXPECT_EQ(std::count(table.begin(), table.end(), 1), 500);
  EXPECT_EQ(std::count(table.begin(), table.end(), 2), 300);
  EXPECT_EQ(std::count(table.begin(), table.end(), 5), 200);
  EXPECT_TRUE(std::is_sorted(table.begin(), table.end()));
}

TEST(Quantiles, TableReachesAnyMeanInRange) {
  const CountLaw law = GeometricLaw(2.5, 1, 12).ValueOrDie();
  for (double mean : {1.0, 1.7, 2.5, 6.0, 11.99, 12.0}) {
    const auto table = QuantileTable(law, 1024, mean).ValueOrDie();
    EXPECT_EQ(Sum(table), std::lround(1024 * mean));
    EXPECT_EQ(table.size(), 1024u);
    EXPECT_GE(table.front(), 1);
    EXPECT_LE(table.back(), 12);
  }
}

TEST(Quantiles, FillMovesAsLittleAsItMust) {
  const auto table =
      QuantileTable(GeometricLaw(2.5, 1, 12).ValueOrDie(), 64).ValueOrDie();
  const int64_t sum = Sum(table);
  const auto more = FillTo(table, sum + 5, 1, 12).ValueOrDie();
  int64_t moved = 0;
  for (size_t i = 0; i < table.size(); ++i) moved += std::abs(more[i] - table[i]);
  EXPECT_EQ(Sum(more), sum + 5);
  EXPECT_EQ(moved, 5);
  EXPECT_EQ(FillTo(table, sum, 1, 12).ValueOrDie(), table);
}

TEST(Quantiles, FillKeepsToWhatHasMass) {
  const int64_t values[] = {0, 3, 4, 5};
  const double weights[] = {0.4, 0.2, 0.2, 0.2};
  const CountLaw law = ChoiceLaw(values, weights).ValueOrDie();
  for (int64_t want : {20, 22, 24, 26}) {
    const auto table =
        FillTo({0, 0, 0, 0, 3, 3, 4, 4, 5, 5}, want, 0, 5, MassOf(law), law.lo)
            .ValueOrDie();
    EXPECT_EQ(Sum(table), want);
    for (const int64_t one : table) EXPECT_TRUE(one == 0 || one >= 3) << one;
  }
  // Where no unit leads to one of them, a count between them is taken.
  EXPECT_EQ(Sum(FillTo({0, 0}, 1, 0, 5, MassOf(law), law.lo).ValueOrDie()), 1);
  EXPECT_TRUE(MassOf(UniformLaw(1, 4).ValueOrDie()).empty());
}

TEST(Quantiles, RefuseWhatCannotBe) {
  const std::vector<int64_t> two{1, 2};
  EXPECT_EQ(ExitCodeOf(FillTo(two, 25, 1, 12).status()), ExitCode::kRequest);
  EXPECT_EQ(ExitCodeOf(FillTo(two, 1, 1, 12).status()), ExitCode::kRequest);
  EXPECT_FALSE(FillTo({}, 1, 0, 9).ok());
  EXPECT_TRUE(FillTo({}, 0, 0, 9).ok());
  EXPECT_FALSE(GeometricLaw(0.5, 1, 12).ok());
  EXPECT_FALSE(PoissonLaw(13, 0, 12).ok());
  EXPECT_FALSE(PoissonLaw(1, -1, 12).ok());
  EXPECT_FALSE(PoissonLaw(1, 1.0, -1, 12).ok());
  EXPECT_FALSE(PoissonLaw(2.6, 0.3, 1, 16).ok());  // Two and three alone have more.
  EXPECT_FALSE(PoissonLaw(2.6, 4.7, 1, 16).ok());  // One and sixteen alone have less.
  EXPECT_FALSE(PoissonLaw(100, 10, 0, 5000).ok());
  EXPECT_FALSE(UniformLaw(5, 4).ok());
  EXPECT_FALSE(QuantileTable(UniformLaw(1, 3).ValueOrDie(), 64, 3.5).ok());
  EXPECT_FALSE(ChoiceLaw({}, {}).ok());
}

}  // namespace
}  // namespace lakeseed
