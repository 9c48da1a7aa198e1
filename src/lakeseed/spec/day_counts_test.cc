// Laws of the numbers of rows by day: what is read, and what is refused.

#include "lakeseed/spec/day_counts.h"

#include <gtest/gtest.h>

#include <string>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

arrow::Result<DatasetSpec> Parse(const std::string& per_day) {
  return ParseDataset(
      "dataset: shop\nwindow: {from: 2024-01-01, to: 2024-01-31}\n"
      "parameters: {few: 3, many: few * 4}\n"
      "tables:\n  sales:\n    events: {per_day: " +
          per_day + "}\n    columns: {sale_id: {key: {}}}\n",
      "shop.yaml", "", {});
}

std::string LawOf(const std::string& per_day) {
  const auto spec = Parse(per_day);
  EXPECT_TRUE(spec.ok()) << spec.status().ToString();
  return FormatExpression(*spec->tables[0].events->per_day);
}

TEST(DayCounts, AreOneExpression) {
  EXPECT_EQ(LawOf("{uniform: [few, many]}"), "day_counts(few, many, 0, 0, 0)");
  EXPECT_EQ(LawOf("{normal: {mean: 200, stddev: 20}, at_least: few}"),
            "day_counts(0, 0, 200, 20, few)");
  EXPECT_EQ(LawOf("{uniform: [few, few], by_day: \"if(weekday($day) > 5, 2, 1)\"}"),
            "day_counts(few, few, 0, 0, 0, if(weekday($day) > 5, 2, 1))");
  // What changes nothing is no part of it.
  EXPECT_EQ(LawOf("{uniform: [few, few], by_day: 1}"), "day_counts(few, few, 0, 0, 0)");
  EXPECT_FALSE(IsDayCounts(*Parse("200")->tables[0].events->per_day));
  EXPECT_TRUE(IsDayCounts(*Parse("{uniform: [1, 2]}")->tables[0].events->per_day));
}

TEST(DayCounts, MistakesAreNamed) {
  const auto has = [](const std::string& per_day, const std::string& reason) {
    const auto spec = Parse(per_day);
    ASSERT_FALSE(spec.ok()) << per_day;
    EXPECT_NE(spec.status().message().find(reason), std::string::npos)
        << spec.status().message();
  };
  has("{uniform: [1]}", "two numbers of rows");
  has("{normal: {mean: 4}}", "missing key: stddev");
  has("{at_least: 4}", "names no law");
  has("{unifrom: [1, 2]}", "uniform");
  has("{uniform: [1, mny]}", "many");
  has("{uniform: [1, 2], by_day: }", "by_day");
}

}  // namespace
}  // namespace lakeseed
