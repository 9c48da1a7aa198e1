#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/test_context.h"

namespace lakeseed {
namespace {

constexpr int64_t kMembers = 60;  // 20 devices, 3 metrics.

const SeriesRows& Readings() {
  static const SeriesRows kRows = [] {
    SeriesRows::Options options;
    options.parts = {{"devices", 20}, {"metrics", 3}};
    options.epoch = TestRowSpace::kEpoch;
    options.days = 500;
    options.table = "readings";
    StepClock::Options clock;
    clock.every = 5 * 60 * kMicrosecondsPerSecond;
    return SeriesRows(StepClock(clock), std::move(options));
  }();
  return kRows;
}

class SignalTest : public testing::Test {
 protected:
  std::shared_ptr<arrow::StructArray> Make(const std::string& params, int32_t from,
                                           int32_t to) {
    TestContext context;
    context.set_rows(&Readings());
    auto bound = context.Bind("{signal: {" + params + "}}");
    EXPECT_TRUE(bound.ok()) << bound.status().ToString();
    auto made = context.Generate(**bound, Rows(Readings().Extent({from, to})));
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return std::static_pointer_cast<arrow::StructArray>(*made);
  }
  static std::vector<double> Values(const arrow::StructArray& made) {
    const auto& values = static_cast<const arrow::DoubleArray&>(*made.field(0));
    std::vector<double> list;
    for (int64_t i = 0; i < values.length(); ++i) {
      list.push_back(values.IsNull(i) ? std::nan("") : values.Value(i));
    }
    return list;
  }
  static std::vector<bool> Flags(const arrow::StructArray& made, int field) {
    const auto& flags = static_cast<const arrow::BooleanArray&>(*made.field(field));
    std::vector<bool> list;
    for (int64_t i = 0; i < flags.length(); ++i) list.push_back(flags.Value(i));
    return list;
  }
  static double Share(const std::vector<bool>& flags) {
    double count = 0;
    for (const bool one : flags) count += one;
    return count / static_cast<double>(flags.size());
  }
};

TEST_F(SignalTest, GapsAreNullAndAsManyAsAsked) {
  for (const double gaps : {0.0, 0.01, 0.2, 0.5, 1.0}) {
    const auto made = Make("gaps: " + std::to_string(gaps), 10, 30);
    const std::vector<double> values = Values(*made);
    const std::vector<bool> missing = Flags(*made, 1);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(std::isnan(values[i]), missing[i]);
    }
    EXPECT_NEAR(Share(missing), gaps, 0.06 * gaps + 0.0005) << gaps;
  }
}

TEST_F(SignalTest, SpikesAreLabelledAndStandOut) {
  const auto with = Make("spikes: 0.01, noise: 0.2, offset: 0, digits: 6", 0, 9);
  const auto without = Make("spikes: 0, noise: 0.2, offset: 0, digits: 6", 0, 9);
  const std::vector<double> a = Values(*with), b = Values(*without);
  const std::vector<bool> anomaly = Flags(*with, 2);
  EXPECT_NEAR(Share(anomaly), 0.01, 0.002);
  for (size_t i = 0; i < a.size(); ++i) {
    if (anomaly[i]) {
      ASSERT_GT(std::abs(a[i] - b[i]), 2.4);
    } else {
      ASSERT_EQ(a[i], b[i]);
    }
  }
}

TEST_F(SignalTest, AStuckSensorRepeatsWhatItReadBefore) {
  const auto made = Make("stuck: 0.02, noise: 1, digits: 9", 0, 9);
  const std::vector<double> values = Values(*made);
  const std::vector<bool> anomaly = Flags(*made, 2);
  EXPECT_NEAR(Share(anomaly), 0.02, 0.008);
  const auto step = static_cast<size_t>(kMembers);
  for (size_t i = step; i < values.size(); ++i) {
    if (anomaly[i]) {
      ASSERT_EQ(values[i], values[i - step]);
    } else {
      ASSERT_NE(values[i], values[i - step]);
    }
  }
}

TEST_F(SignalTest, HasTheShapeOfTheDayAndTheYear) {
  const auto made =
      Make("base: 20, seasonal: 10, diurnal: 3, noise: 0, offset: 0", 0, 364);
  const std::vector<double> values = Values(*made);
  const auto at = [&](int32_t day, int32_t hour) {
    const SeriesRows::Place place{.day = day, .step = hour * 12, .member = 0};
    return values[static_cast<size_t>(Readings().RowOf(place))];
  };
  EXPECT_NEAR(at(200, 15), 33, 0.1);
  EXPECT_NEAR(at(200, 3), 27, 0.1);
  EXPECT_NEAR(at(17, 9), 10, 0.2);
}

TEST_F(SignalTest, DriftsUntilMidnight) {
  const auto made = Make("drift: 0.05 per hour, noise: 0, offset: 0, digits: 6", 3, 4);
  const std::vector<double> values = Values(*made);
  EXPECT_EQ(values[0], 0);
  EXPECT_NEAR(values[287 * kMembers], 0.05 * 287 / 12, 1e-6);
  EXPECT_EQ(values[288 * kMembers], 0);
}

TEST_F(SignalTest, MembersOfAMetricShareTheirSlowChanges) {
  const auto made = Make(
      "slow: 1, slow_hours: 2, together: 0.7, noise: 0, offset: 0, digits: 9", 0, 60);
  const std::vector<double> values = Values(*made);
  const auto correlation = [&](size_t a, size_t b) {
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < values.size(); i += kMembers) {
      xy += values[i + a] * values[i + b];
      xx += values[i + a] * values[i + a];
      yy += values[i + b] * values[i + b];
    }
    return xy / std::sqrt(xx * yy);
  };
  EXPECT_NEAR(correlation(0, 3), 0.7, 0.12);  // Two devices, one metric.
  EXPECT_NEAR(correlation(0, 4), 0.0, 0.15);  // Two metrics.
}

TEST_F(SignalTest, StaysInItsRange) {
  const auto made = Make("noise: 30, min: -5, max: 5, digits: 1", 0, 2);
  for (const double value : Values(*made)) {
    ASSERT_GE(value, -5);
    ASSERT_LE(value, 5);
    ASSERT_EQ(std::rint(value * 10) / 10, value);
  }
}

TEST_F(SignalTest, WrongParametersAreErrors) {
  TestContext context;
  for (const char* params :
       {"gaps: 1.5", "spikes: -1", "burst_steps: 0", "base: channel"}) {
    TestContext series;
    series.set_rows(&Readings());
    EXPECT_FALSE(series.Bind(std::string("{signal: {") + params + "}}").ok()) << params;
  }
  const auto bound = context.Bind("{signal: {base: 1}}");
  ASSERT_FALSE(bound.ok());
  EXPECT_NE(bound.status().ToString().find("series"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
