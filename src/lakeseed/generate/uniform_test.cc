// uniform, date, timestamp: even columns.

#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Array> Made(TestContext& context, const std::string& yaml,
                                   RowRange rows = {0, 60'000}) {
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << yaml << generator.status().ToString();
  if (!generator.ok()) return nullptr;
  auto made = context.Generate(**generator, Rows(rows));
  EXPECT_TRUE(made.ok());
  return made.ok() ? *made : nullptr;
}

std::string ErrorOf(const std::string& yaml) {
  TestContext context;
  auto bound = context.Bind(yaml);
  EXPECT_FALSE(bound.ok()) << yaml;
  return bound.ok() ? "" : Render(bound.status());
}

TEST(UniformTest, IntegersAreEvenlyDrawn) {
  TestContext context;
  const auto values = Made(context, "{uniform: [-2, 3]}");
  ASSERT_EQ(values->type_id(), arrow::Type::INT64);
  std::vector<int64_t> counts(6);
  for (int64_t i = 0; i < values->length(); ++i) {
    ++counts.at(static_cast<size_t>(values->data()->GetValues<int64_t>(1)[i] + 2));
  }
  EXPECT_LT(ChiSquaredScore(counts, std::vector<double>(6, 1.0 / 6)), 4.5);
}

TEST(UniformTest, TheFormOfTheBoundsGivesTheType) {
  TestContext context;
  EXPECT_EQ(Made(context, "{uniform: {min: 1, max: 5}}")->type_id(), arrow::Type::INT64);
  EXPECT_EQ(Made(context, "{uniform: [0, 0.2]}")->type_id(), arrow::Type::DOUBLE);
  EXPECT_EQ(Made(context, "{uniform: [2020-01-01, 2020-01-31]}")->type_id(),
            arrow::Type::DATE32);
  context.set_stated_type(arrow::decimal64(10, 2));
  const auto cents = Made(context, "{uniform: [0.99, 1.01]}");
  ASSERT_EQ(cents->type_id(), arrow::Type::DECIMAL64);
  std::vector<int64_t> counts(3);
  for (int64_t i = 0; i < cents->length(); ++i) {
    ++counts.at(static_cast<size_t>(cents->data()->GetValues<int64_t>(1)[i] - 99));
  }
  EXPECT_LT(ChiSquaredScore(counts, std::vector<double>(3, 1.0 / 3)), 4.5);
  context.set_stated_type(arrow::float64());
  EXPECT_EQ(Made(context, "{uniform: [1, 5]}")->type_id(), arrow::Type::DOUBLE);
}

TEST(UniformTest, EdgesOfTheRange) {
  TestContext context;
  const auto same = Made(context, "{uniform: [7, 7]}");
  EXPECT_EQ(same->data()->GetValues<int64_t>(1)[59'999], 7);
  auto generator = context.Bind("{uniform: [-9223372036854775807, 9223372036854775807]}");
  ASSERT_TRUE(generator.ok());
  EXPECT_EQ((*generator)->shape().min, -INT64_MAX);
  EXPECT_EQ((*generator)->shape().max, INT64_MAX);
  auto wide = context.Generate(
      **generator, Rows(RowRange{int64_t{1} << 50, (int64_t{1} << 50) + 4000}));
  ASSERT_TRUE(wide.ok());
  int64_t negative = 0;
  for (int64_t i = 0; i < 4000; ++i) {
    negative += (*wide)->data()->GetValues<int64_t>(1)[i] < 0;
  }
  EXPECT_NEAR(static_cast<double>(negative), 2000, 4.5 * 31.6);
}

TEST(UniformTest, BadBoundsAreErrorsWithTheirPlace) {
  EXPECT_NE(ErrorOf("{uniform: {min: 5, max: 1}}").find("must not be below min: 1"),
            std::string::npos);
  EXPECT_NE(ErrorOf("{uniform: {min: 5, max: 1}}").find("test.yaml:1:"),
            std::string::npos);
  ErrorOf("{uniform: [1, 2, 3]}");
  ErrorOf("{uniform: [1, x]}");
  ErrorOf("{uniform: {min: 1}}");
  ErrorOf("{uniform: {min: 1, max: 2, mode: 3}}");
  ErrorOf("{uniform: [1, 2020-01-01]}");
}

TEST(DateTest, BothDaysAreDrawn) {
  TestContext context;
  const auto days = Made(context, "{date: {from: 2024-02-28, to: 2024-03-01}}");
  std::vector<int64_t> counts(3);
  for (int64_t i = 0; i < days->length(); ++i) {
    ++counts.at(static_cast<size_t>(days->data()->GetValues<int32_t>(1)[i] -
                                    DaysFromCivil(2024, 2, 28)));
  }
  EXPECT_LT(ChiSquaredScore(counts, std::vector<double>(3, 1.0 / 3)), 4.5);
  ErrorOf("{date: {from: 2024-02-28, to: 2024-02-27}}");
  ErrorOf("{date: {from: 2023-02-29, to: 2024-02-27}}");
}

TEST(TimestampTest, ADateAsTheEndIsTheWholeDay) {
  TestContext context;
  auto generator =
      context.Bind("{timestamp: {from: 2024-01-01, to: 2024-01-01, unit: hour}}");
  ASSERT_TRUE(generator.ok()) << generator.status().ToString();
  const int64_t midnight = DaysFromCivil(2024, 1, 1) * kMicrosecondsPerDay;
  EXPECT_EQ((*generator)->shape().min, midnight);
  EXPECT_EQ((*generator)->shape().max, midnight + 23 * kMicrosecondsPerHour);
  const auto times = Made(
      context, "{timestamp: {from: '2024-01-01 08:00:00', to: '2024-01-01 09:00:00'}}");
  EXPECT_TRUE(times->type()->Equals(*TimestampType()));
  for (int64_t i = 0; i < times->length(); ++i) {
    const int64_t time = times->data()->GetValues<int64_t>(1)[i];
    ASSERT_EQ(time % kMicrosecondsPerSecond, 0);
    ASSERT_GE(time, midnight + 8 * kMicrosecondsPerHour);
    ASSERT_LE(time, midnight + 9 * kMicrosecondsPerHour);
  }
  ErrorOf("{timestamp: {from: 2024-01-02, to: '2024-01-01 12:00:00'}}");
  ErrorOf("{timestamp: {from: 2024-01-02, to: 2024-01-03, unit: fortnight}}");
}

}  // namespace
}  // namespace lakeseed
