#include "lakeseed/base/business_day.h"

#include <gtest/gtest.h>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

int32_t Day(const char* text) { return *ParseDate(text); }

TEST(BusinessDay, WeekendsAndHolidaysAreNone) {
  EXPECT_TRUE(IsBusinessDay(Day("2024-07-03")));
  EXPECT_FALSE(IsBusinessDay(Day("2024-07-04")));
  EXPECT_TRUE(IsBusinessDay(Day("2024-07-05")));
  EXPECT_FALSE(IsBusinessDay(Day("2024-07-06")));
  EXPECT_FALSE(IsBusinessDay(Day("2024-07-07")));
}

// Juneteenth 2022 and New Year 2023 fell on Sundays; July 4, 2020 on a Saturday.
TEST(BusinessDay, SundayHolidaysAreKeptOnMondayAndSaturdayOnesNot) {
  EXPECT_FALSE(IsBusinessDay(Day("2022-06-20")));
  EXPECT_FALSE(IsBusinessDay(Day("2023-01-02")));
  EXPECT_TRUE(IsBusinessDay(Day("2020-07-03")));
}

TEST(BusinessDay, CountsOverWeekends) {
  EXPECT_EQ(AddBusinessDays(Day("2024-07-03"), 1), Day("2024-07-05"));
  EXPECT_EQ(AddBusinessDays(Day("2024-07-03"), 2), Day("2024-07-08"));
  EXPECT_EQ(AddBusinessDays(Day("2024-07-08"), -2), Day("2024-07-03"));
  EXPECT_EQ(AddBusinessDays(Day("2024-07-06"), 0), Day("2024-07-08"));
  EXPECT_EQ(AddBusinessDays(Day("2024-07-05"), 0), Day("2024-07-05"));
  EXPECT_EQ(AddBusinessDays(Day("2024-07-06"), -1), Day("2024-07-05"));
}

// Every year of a century: 250 to 253 business days, and n steps there are n steps back.
TEST(BusinessDay, YearsHaveAsManyAsTheBanksSay) {
  for (int32_t year = 2000; year < 2100; ++year) {
    int32_t count = 0;
    for (int32_t day = DaysFromCivil(year, 1, 1); day < DaysFromCivil(year + 1, 1, 1);
         ++day) {
      if (!IsBusinessDay(day)) continue;
      ++count;
      EXPECT_EQ(AddBusinessDays(AddBusinessDays(day, 7), -7), day);
    }
    EXPECT_GE(count, 249) << year;
    EXPECT_LE(count, 254) << year;
  }
}

}  // namespace
}  // namespace lakeseed
