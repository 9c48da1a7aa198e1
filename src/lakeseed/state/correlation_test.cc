#include "lakeseed/state/correlation.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Scalar> Day(int32_t day) {
  return std::make_shared<arrow::Date32Scalar>(day);
}

DataFile File(std::vector<ColumnStatistics> columns, int64_t rows = 8) {
  DataFile file;
  file.path = "x.parquet";
  file.table = "x";
  file.num_rows = rows;
  file.columns = std::move(columns);
  return file;
}

TEST(CorrelationTest, OneDayARangeOrNone) {
  const int32_t day = DaysFromCivil(2024, 2, 29);
  const auto sentence = [](DataFile file) { return CorrelateFile(file).Sentence(); };
  EXPECT_EQ(sentence(File({{"d", arrow::date32(), 0, 0, Day(day), Day(day)}})),
            "File x.parquet contains 8 records with d = 2024-02-29");
  EXPECT_EQ(sentence(File({{"d", arrow::date32(), 0, 0, Day(day), Day(day + 1)}})),
            "File x.parquet contains 8 records with d from 2024-02-29 to 2024-03-01");
  EXPECT_EQ(sentence(File({{"d", arrow::date32(), 8, 0, nullptr, nullptr}})),
            "File x.parquet contains 8 records without d");
  EXPECT_EQ(sentence(File({{"n", arrow::int64(), 0, 0, nullptr, nullptr}})),
            "File x.parquet contains 8 records");
  EXPECT_EQ(sentence(File({{"d", arrow::date32(), 0, 0, nullptr, nullptr}}, 0)),
            "File x.parquet contains 0 records");
}

TEST(CorrelationTest, TimestampsShowTheirTimesWhereDaysDoNotDo) {
  const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const int64_t begin = int64_t{DaysFromCivil(2024, 1, 15)} * kMicrosecondsPerDay;
  const auto at = [&](int64_t hour) {
    return std::make_shared<arrow::TimestampScalar>(begin + hour * kMicrosecondsPerHour,
                                                    type);
  };
  EXPECT_EQ(CorrelateFile(File({{"t", type, 0, 0, at(0), at(23)}})).Sentence(),
            "File x.parquet contains 8 records with t = 2024-01-15");
  EXPECT_EQ(
      CorrelateFile(File({{"t", type, 0, 0, at(5), at(28)}})).Sentence(),
      "File x.parquet contains 8 records with t from 2024-01-15T05:00:00.000000Z to "
      "2024-01-16T04:00:00.000000Z");
}

TEST(CorrelationTest, TheFirstDateColumnIsPrimary) {
  const FileDates dates =
      CorrelateFile(File({{"n", arrow::int64(), 0, 0, nullptr, nullptr},
                          {"born", arrow::date32(), 2, 0, Day(0), Day(9)},
                          {"left", arrow::date32(), 8, 0, nullptr, nullptr}}));
  ASSERT_EQ(dates.columns.size(), 2u);
  EXPECT_EQ(dates.primary()->name, "born");
  EXPECT_DOUBLE_EQ(dates.primary()->CompletenessPercentage(), 75);
  const auto json = ToJson(dates.columns);
  EXPECT_EQ(json[0]["max_date"], "1970-01-10");
  EXPECT_EQ(json[1]["is_primary_date"], false);
  EXPECT_TRUE(json[1]["min_date"].is_null());
  EXPECT_EQ(json[1]["completeness_percentage"], 0.0);
}

}  // namespace
}  // namespace lakeseed
