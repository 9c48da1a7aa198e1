#include "lakeseed/generate/real_law.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_error.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 100'000;
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<double> Drawn(TestContext& context, const std::string& yaml) {
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << generator.status().ToString();
  if (!generator.ok()) return {};
  auto made = context.Generate(**generator, Rows(RowRange{0, kRows}));
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  EXPECT_EQ((*made)->type_id(), arrow::Type::DOUBLE);
  const auto* values = (*made)->data()->GetValues<double>(1);
  return {values, values + kRows};
}

std::vector<double> Drawn(const std::string& yaml) {
  TestContext context;
  return Drawn(context, yaml);
}

/// Distribution function of a law cut to [min, max].
std::function<double(double)> Truncated(std::function<double(double)> whole, double min,
                                        double max) {
  const double low = whole(min), high = whole(max);
  return [=](double x) { return (whole(x) - low) / (high - low); };
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The definition of NormalBelow, step by step.
double SlowNormalBelow(double z) {
  uint64_t low = std::bit_cast<uint64_t>(1e-305), high = std::bit_cast<uint64_t>(0.5);
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (InverseNormal(std::bit_cast<double>(middle)) <= z ? low : high) = middle;
  }
  return std::bit_cast<double>(low);
}

TEST(NormalBelow, IsItsDefinitionToTheBit) {
  const Key key = StreamKey(42, {"normal", "below"});
  for (int64_t i = 0; i < 20000; ++i) {
    const double z = -9 * Unit(Cell(key, i));
    ASSERT_EQ(NormalBelow(z), SlowNormalBelow(z)) << z;
    const double small = -1e-3 * Unit(Cell(key, i, 1));
    ASSERT_EQ(NormalBelow(small), SlowNormalBelow(small)) << small;
  }
  // Where the tail begins.
  const double edge = InverseNormal(0.075);
  for (int i = -2000; i < 2000; ++i) {
    const double z = edge + i * 0x1p-52;
    ASSERT_EQ(NormalBelow(z), SlowNormalBelow(z)) << z;
  }
}

TEST(RealLawTest, NormalBelowInvertsTheInverse) {
  for (const double z : {-0.01, -0.5, -1.0, -2.0, -5.0, -8.0, -20.0, -35.0}) {
    const double expected = std::erfc(-z / std::sqrt(2.0)) / 2;
    EXPECT_NEAR(NormalBelow(z) / expected, 1.0, 1e-11) << z;
  }
  EXPECT_EQ(NormalBelow(0), 0.5);
  EXPECT_EQ(NormalBelow(-100), 0);
}

TEST(RealLawTest, NormalFollowsItsLaw) {
  const auto law = [](double x) { return NormalDistribution((x - 42) / 15); };
  EXPECT_LT(KolmogorovScore(Drawn("{normal: {mean: 42, stddev: 15}}"), law), 2.2);
  const auto cut = Drawn("{normal: {mean: 42, stddev: 15, min: 18, max: 95}}");
  EXPECT_LT(KolmogorovScore(cut, Truncated(law, 18, 95)), 2.2);
  // The plain law must not pass for the truncated one.
  EXPECT_GT(KolmogorovScore(cut, law), 5);
}

TEST(RealLawTest, FarTailsKeepTheirShape) {
  // Beyond 8 standard deviations the tail is nearly exponential of rate 8.
  for (const char* yaml : {"{normal: {mean: 0, stddev: 1, min: 8}}",
                           "{normal: {mean: 0, stddev: 1, max: -8}}"}) {
    std::vector<double> values = Drawn(yaml);
    for (double& value : values) value = std::abs(value);
    const double mass = NormalDistribution(-8);
    EXPECT_LT(KolmogorovScore(
                  values, [&](double x) { return 1 - NormalDistribution(-x) / mass; }),
              2.2)
        << yaml;
  }
}

TEST(RealLawTest, LognormalMeanIsArithmetic) {
  const double variance = std::log(1 + (60.0 / 80) * (60.0 / 80));
  const double mu = std::log(80.0) - variance / 2, sigma = std::sqrt(variance);
  const auto law = [&](double x) {
    return NormalDistribution((std::log(x) - mu) / sigma);
  };
  const auto values = Drawn("{lognormal: {mean: 80, stddev: 60}}");
  EXPECT_LT(KolmogorovScore(values, law), 2.2);
  EXPECT_NEAR(Mean(values), 80, 4.5 * 60 / std::sqrt(kRows));
  const auto cut = Drawn("{lognormal: {mean: 80, stddev: 60, min: 5, max: 100}}");
  EXPECT_LT(KolmogorovScore(cut, Truncated(law, 5, 100)), 2.2);
}

TEST(RealLawTest, LognormalInLogSpace) {
  const auto law = [](double x) { return NormalDistribution(std::log(x / 34) / 0.8); };
  EXPECT_LT(KolmogorovScore(Drawn("{lognormal: {median: 34, log_sigma: 0.8}}"), law),
            2.2);
}

TEST(RealLawTest, ExponentialFollowsItsLaw) {
  const auto law = [](double x) { return 1 - std::exp(-x / 5); };
  EXPECT_LT(KolmogorovScore(Drawn("{exponential: 5}"), law), 2.2);
  EXPECT_LT(KolmogorovScore(Drawn("{exponential: {mean: 5, min: 2, max: 11}}"),
                            Truncated(law, 2, 11)),
            2.2);
}

TEST(RealLawTest, UniformFollowsItsLaw) {
  EXPECT_LT(
      KolmogorovScore(Drawn("{uniform: [0, 0.2]}"), [](double x) { return x / 0.2; }),
      2.2);
}

TEST(RealLawTest, NoSpreadIsAConstant) {
  for (const double value : Drawn("{normal: {mean: 3.5, stddev: 0}}")) {
    ASSERT_EQ(value, 3.5);
  }
  EXPECT_EQ(RealLaw::Normal(0, 1, {2, 2})->At(0.3), 2);
  EXPECT_EQ(RealLaw::Exponential(1, {3, 3})->At(0.3), 3);
  EXPECT_FALSE(RealLaw::Normal(1, 0, {2, 3}).ok());
  EXPECT_FALSE(RealLaw::Normal(0, 1, {50, 60}).ok());
  EXPECT_FALSE(RealLaw::Lognormal(0, 1, {-kInf, 0}).ok());
}

TEST(RealColumnTest, StatedDecimalsAreRoundedInsideTheBounds) {
  TestContext context;
  context.set_stated_type(arrow::decimal64(8, 2));
  auto generator = context.Bind("{normal: {mean: 5, stddev: 3, min: 4.99, max: 5.01}}");
  ASSERT_TRUE(generator.ok()) << generator.status().ToString();
  auto made = context.Generate(**generator, Rows(RowRange{0, 10'000}));
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE((*made)->type()->Equals(*arrow::decimal64(8, 2)));
  std::vector<int64_t> counts(3);
  for (int64_t i = 0; i < 10'000; ++i) {
    const int64_t cents = (*made)->data()->GetValues<int64_t>(1)[i];
    ASSERT_TRUE(cents >= 499 && cents <= 501) << cents;
    ++counts[static_cast<size_t>(cents - 499)];
  }
  EXPECT_LT(ChiSquaredScore(counts, {0.25, 0.5, 0.25}), 4.5);
}

TEST(RealColumnTest, StatedIntegersAreRoundedHalfAway) {
  EXPECT_EQ(RoundHalfAway(2.5), 3);
  EXPECT_EQ(RoundHalfAway(-2.5), -3);
  EXPECT_EQ(RoundHalfAway(0.49999999999999994), 0);
  EXPECT_EQ(RoundHalfAway(4503599627370497.5), 4503599627370498);
  EXPECT_EQ(RoundHalfAway(1e300), INT64_MAX);
  TestContext context;
  context.set_stated_type(arrow::int32());
  auto generator = context.Bind("{lognormal: {median: 34, log_sigma: 0.8, max: 900}}");
  ASSERT_TRUE(generator.ok());
  EXPECT_TRUE((*generator)->type()->Equals(*arrow::int64()));
  EXPECT_EQ((*generator)->shape().max, 900);
  context.set_stated_type(arrow::utf8());
  EXPECT_FALSE(context.Bind("{normal: {mean: 1, stddev: 1}}").ok());
}

TEST(RoundWithin, RoundsEachAndKeepsTheBounds) {
  std::vector<double> x{2.5,
                        -2.5,
                        0.49999999999999994,
                        -0.49999999999999994,
                        0.5,
                        -0.5,
                        0.0,
                        -0.0,
                        99.4,
                        99.5,
                        99.6,
                        -7.4,
                        -7.6,
                        1e300,
                        -1e300,
                        0x1p51,
                        1e15,
                        3e-320};
  for (int i = 0; i < 1000; ++i) x.push_back((i - 500) * 0.0625);
  constexpr int64_t kWide = int64_t{1} << 60;
  const std::pair<int64_t, int64_t> bounds[] = {
      {-7, 99},
      {0, 0},
      {3, 1000},
      {1 - (int64_t{1} << 51), (int64_t{1} << 51) - 1},
      {-kWide, kWide}};
  for (const auto& [low, high] : bounds) {
    for (const double power : {1.0, 10.0, 100.0}) {
      std::vector<int64_t> out(x.size());
      RoundWithin(x.data(), std::ssize(x), power, low, high, out.data());
      for (size_t i = 0; i < x.size(); ++i) {
        EXPECT_EQ(out[i], std::clamp(RoundHalfAway(x[i] * power), low, high)) << x[i];
      }
    }
  }
}

TEST(RealColumnTest, BadParametersAreErrors) {
  ExpectRequestErrors(
      {"{normal: {mean: 1}}", "{normal: {mean: 1, stddev: -1}}",
       "{normal: {mean: 1, stddev: 1, min: 3, max: 2}}",
       "{normal: {mean: 1, stddev: 1, man: 3}}", "{lognormal: {mean: 0, stddev: 1}}",
       "{lognormal: {median: 1, log_sigma: 1, mean: 3}}", "{exponential: 0}",
       "{exponential: {mean: 1, max: -1}}", "{normal: {mean: 0, stddev: 1, min: 99}}"});
}

}  // namespace
}  // namespace lakeseed
