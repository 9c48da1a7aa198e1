#include "lakeseed/validate/day_facts.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

TEST(DateOfPath, EveryUsualSpelling) {
  const int32_t day = DaysFromCivil(2024, 2, 29);
  for (const char* path :
       {"Files/synthetic_data/shop/2024/02/29/orders.parquet", "x/20240229_orders.csv",
        "x/orders_20240229.parquet", "x/20240229_orders_part-00012.parquet",
        "x/orders-2024-02-29.json", "x/orders/year=2024/month=02/day=29/data.parquet",
        "x/2024/02/orders_20240229.parquet", "x/2024/week_09/orders_20240229.parquet",
        "x/2024_02_29/orders.parquet"}) {
    EXPECT_EQ(DateOfPath(path), day) << path;
  }
}

TEST(DateOfPath, NumbersThatAreNoDates) {
  for (const char* path :
       {"x/orders.parquet", "x/orders/part-00000.parquet", "x/2024/orders.parquet",
        "x/20240230_orders.csv", "x/20241301/orders.csv", "x/120240229/orders.csv",
        "x/202402291/orders.csv", "x/2024-02/29_orders.csv", "x/2024"}) {
    EXPECT_EQ(DateOfPath(path), std::nullopt) << path;
  }
}

ColumnFacts Column(std::shared_ptr<arrow::DataType> type, const char* min,
                   const char* max) {
  ColumnFacts column{.name = "at", .type = std::move(type)};
  if (min != nullptr) column.min = min;
  if (max != nullptr) column.max = max;
  return column;
}

TEST(DaysOfColumn, DatesAndInstantsInTheirZone) {
  const auto instant = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const int32_t day = DaysFromCivil(2024, 3, 1);
  auto days = DaysOfColumn(
      Column(instant, "2024-03-01T00:00:00Z", "2024-03-01T23:59:59.999999Z"), {});
  ASSERT_TRUE(days);
  EXPECT_EQ(days->first, day);
  EXPECT_EQ(days->last, day);
  // 04:59 of UTC is still the day before in New York; 05:00 is not.
  const TimeZone york = *TimeZone::Load("America/New_York");
  days = DaysOfColumn(
      Column(instant, "2024-03-01T04:59:59.999999Z", "2024-03-01T05:00:00Z"), york);
  ASSERT_TRUE(days);
  EXPECT_EQ(days->first, day - 1);
  EXPECT_EQ(days->last, day);
  days = DaysOfColumn(Column(arrow::date32(), "2024-02-29", "2024-03-01"), york);
  ASSERT_TRUE(days);
  EXPECT_EQ(days->first, day - 1);
  EXPECT_EQ(days->last, day);
  EXPECT_FALSE(DaysOfColumn(Column(instant, nullptr, nullptr), {}));
  EXPECT_FALSE(DaysOfColumn(Column(arrow::utf8(), "2024-02-29", "2024-03-01"), {}));
}

}  // namespace
}  // namespace lakeseed
