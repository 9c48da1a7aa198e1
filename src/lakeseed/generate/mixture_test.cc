#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/test_context.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 40'000;

const double* Doubles(const arrow::Array& values) {
  return static_cast<const arrow::DoubleArray&>(values).raw_values();
}

std::shared_ptr<arrow::Array> Make(const char* yaml) {
  TestContext context;
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << generator.status().ToString();
  if (!generator.ok()) return nullptr;
  return *context.Generate(**generator, Rows(RowRange{0, kRows}));
}

std::string Mistake(const char* yaml) {
  TestContext context;
  const auto generator = context.Bind(yaml);
  return generator.ok() ? "OK" : generator.status().message();
}

TEST(Histogram, BinsHaveTheirSharesAndAreEven) {
  const auto made = Make("{histogram: {edges: [0, 10, 15, 40], shares: [2, 5, 3]}}");
  ASSERT_NE(made, nullptr);
  const double* values = Doubles(*made);
  int64_t first = 0, second = 0, lower_half = 0;
  for (int64_t i = 0; i < kRows; ++i) {
    ASSERT_GE(values[i], 0);
    ASSERT_LE(values[i], 40);
    first += values[i] < 10 ? 1 : 0;
    second += values[i] >= 10 && values[i] < 15 ? 1 : 0;
    lower_half += values[i] >= 15 && values[i] < 27.5 ? 1 : 0;
  }
  const auto rows = static_cast<double>(kRows);
  EXPECT_NEAR(static_cast<double>(first) / rows, 0.2, 0.01);
  EXPECT_NEAR(static_cast<double>(second) / rows, 0.5, 0.012);
  EXPECT_NEAR(static_cast<double>(lower_half) / rows, 0.15, 0.01);
}

TEST(Mixture, LawsHaveTheirSharesAndKeepTheirForm) {
  const auto made = Make(
      "{mixture: [{share: 3, normal: {mean: 0, stddev: 1}}, "
      "{share: 1, normal: {mean: 100, stddev: 5}}]}");
  ASSERT_NE(made, nullptr);
  const double* values = Doubles(*made);
  double count = 0, sum = 0, squares = 0;
  for (int64_t i = 0; i < kRows; ++i) {
    if (values[i] < 50) continue;
    ++count;
    sum += values[i];
    squares += values[i] * values[i];
  }
  EXPECT_NEAR(count / static_cast<double>(kRows), 0.25, 0.01);
  EXPECT_NEAR(sum / count, 100, 0.25);
  EXPECT_NEAR(std::sqrt(squares / count - sum / count * sum / count), 5, 0.2);
}

TEST(Mixture, MistakesAreNamed) {
  const auto has = [](const char* yaml, const char* part) {
    EXPECT_NE(Mistake(yaml).find(part), std::string::npos) << Mistake(yaml);
  };
  has("{mixture: []}", "needs a list of laws");
  has("{mixture: [{normal: {mean: 0, stddev: 1}}]}", "each law needs a share");
  has("{mixture: [{share: 0, normal: {mean: 0, stddev: 1}}]}", "no law has a share");
  has("{mixture: [{share: -1, normal: {mean: 0, stddev: 1}}]}", "at least 0");
  has("{mixture: [{share: 1, zipf: {s: 1, n: 9}}]}", "no law of a mixture");
  has("{histogram: {edges: [0, 1], shares: [1, 2]}}", "one share for each bin");
  has("{histogram: {edges: [0, 2, 1], shares: [1, 2]}}", "must ascend");
  has("{histogram: {edges: [0, 1, 2], shares: [0, 0]}}", "no bin has a share");
}

TEST(Correlated, FieldsGoTogetherAndKeepTheirLaws) {
  const auto made = Make(
      "{correlated: {fields: {a: {normal: {mean: 10, stddev: 2}}, b: {normal: {mean: 0, "
      "stddev: 1}}, c: {lognormal: {median: 5, log_sigma: 0.5}}}, correlations: {a and "
      "b: "
      "0.6, b and c: -0.3}}}");
  ASSERT_NE(made, nullptr);
  const auto& fields = static_cast<const arrow::StructArray&>(*made);
  const double* a = Doubles(*fields.field(0));
  const double* b = Doubles(*fields.field(1));
  const double* c = Doubles(*fields.field(2));
  double ab = 0, bc = 0, ac = 0, mean = 0, square = 0;
  for (int64_t i = 0; i < kRows; ++i) {
    const double x = (a[i] - 10) / 2, z = Log(c[i] / 5) / 0.5;
    ab += x * b[i];
    bc += b[i] * z;
    ac += x * z;
    mean += x;
    square += x * x;
  }
  const auto rows = static_cast<double>(kRows);
  EXPECT_NEAR(ab / rows, 0.6, 0.02);
  EXPECT_NEAR(bc / rows, -0.3, 0.02);
  EXPECT_NEAR(ac / rows, 0.0, 0.02);
  EXPECT_NEAR(mean / rows, 0, 0.02);
  EXPECT_NEAR(square / rows, 1, 0.03);
}

TEST(Correlated, MistakesAreNamed) {
  const auto has = [](const char* yaml, const char* part) {
    EXPECT_NE(Mistake(yaml).find(part), std::string::npos) << Mistake(yaml);
  };
  has("{correlated: {fields: {}}}", "needs one to sixteen fields");
  has("{correlated: {fields: {a: {normal: {mean: 0, stddev: 1}}}, correlations: {a and "
      "b: "
      "0.5}}}",
      "names no pair of fields: a and b");
  has("{correlated: {fields: {a: {normal: {mean: 0, stddev: 1}}, b: {normal: {mean: 0, "
      "stddev: 1}}}, correlations: {a and b: 1}}}",
      "between -1 and 1");
  has("{correlated: {fields: {a: {normal: {mean: 0, stddev: 1}}, b: {normal: {mean: 0, "
      "stddev: 1}}, c: {normal: {mean: 0, stddev: 1}}}, correlations: {a and b: 0.9, a "
      "and "
      "c: 0.9, b and c: -0.9}}}",
      "no numbers have all of these correlations");
}

}  // namespace
}  // namespace lakeseed
