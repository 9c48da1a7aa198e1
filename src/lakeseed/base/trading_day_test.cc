#include "lakeseed/base/trading_day.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

int32_t Day(const char* text) { return *ParseDate(text); }

// Counted in the exchange's own calendars.
TEST(TradingDay, YearsHaveAsManyAsTheExchangeSays) {
  const std::pair<int32_t, int> years[] = {
      {2018, 251}, {2019, 252}, {2020, 253}, {2021, 252}, {2022, 251},
      {2023, 250}, {2024, 252}, {2025, 250}, {2026, 251}, {2027, 251}};
  for (const auto& [year, expected] : years) {
    int open = 0;
    for (int32_t d = DaysFromCivil(year, 1, 1); d <= DaysFromCivil(year, 12, 31); ++d) {
      open += TradingDayOf(d) != TradingDay::kClosed;
    }
    EXPECT_EQ(open, expected) << year;
  }
}

TEST(TradingDay, KeepsHolidays) {
  for (const char* closed :
       {"2021-01-01", "2022-12-26", "2023-01-02", "2023-01-16", "2023-02-20",
        "2023-04-07", "2023-05-29", "2022-06-20", "2023-06-19", "2021-07-05",
        "2020-07-03", "2023-09-04", "2023-11-23", "2021-12-24", "2018-12-05",
        "2025-01-09", "2024-06-15"}) {
    EXPECT_EQ(TradingDayOf(Day(closed)), TradingDay::kClosed) << closed;
  }
  // A New Year on a Saturday is not kept; before 2022 there was no Juneteenth.
  for (const char* open : {"2021-12-31", "2021-06-18", "2023-10-09", "2024-11-11"}) {
    EXPECT_EQ(TradingDayOf(Day(open)), TradingDay::kFull) << open;
  }
}

TEST(TradingDay, ClosesEarlyBeforeHolidays) {
  for (const char* half : {"2023-11-24", "2024-12-24", "2023-07-03", "2024-07-03",
                           "2025-07-03", "2025-12-24"}) {
    EXPECT_EQ(TradingDayOf(Day(half)), TradingDay::kHalf) << half;
  }
  // July 4 on a Saturday: Friday is the holiday, and Thursday a full day.
  EXPECT_EQ(TradingDayOf(Day("2020-07-02")), TradingDay::kFull);
  EXPECT_EQ(TradingDayOf(Day("2022-07-01")), TradingDay::kFull);
}

}  // namespace
}  // namespace lakeseed
