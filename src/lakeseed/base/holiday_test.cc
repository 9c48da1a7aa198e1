#include "lakeseed/base/holiday.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "lakeseed/base/date.h"
#include "lakeseed/base/golden.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

int32_t Day(const char* text) { return ParseDate(text).ValueOrDie(); }

// tests/golden/holidays.csv is what an independent calendar package says.
TEST(Holiday, EqualsTheCalendarPackage) {
  std::ifstream file(LAKESEED_SOURCE_DIR "/tests/golden/holidays.csv");
  std::string line;
  std::getline(file, line);
  int count = 0;
  for (; std::getline(file, line); ++count) {
    const auto comma = line.find(',');
    const std::string name = line.substr(0, comma), date = line.substr(comma + 1);
    const int32_t day = Day(date.c_str());
    auto days = HolidayDays(name, CivilFromDays(day).year);
    ASSERT_TRUE(days.ok()) << days.status();
    EXPECT_THAT(*days, Contains(day)) << line;
    EXPECT_EQ(days->size(), 1u) << line;
  }
  EXPECT_GT(count, 800);
}

TEST(Holiday, EastersOfEightCenturies) {
  uint64_t fold = 0;
  for (int32_t year = 1600; year <= 2400; ++year) {
    fold =
        fold * 6364136223846793005 + static_cast<uint64_t>(int64_t{EasterSunday(year)});
  }
  EXPECT_EQ(fold, GoldenBits(LoadGolden("date")["easters"]));
}

TEST(Holiday, ShoppingDaysFollowThanksgiving) {
  EXPECT_THAT(HolidayDays("black_friday", 2024).ValueOrDie(),
              ElementsAre(Day("2024-11-29")));
  EXPECT_THAT(HolidayDays("cyber_monday", 2024).ValueOrDie(),
              ElementsAre(Day("2024-12-02")));
  EXPECT_THAT(HolidayDays("thanksgiving_weekend", 2024).ValueOrDie(),
              ElementsAre(Day("2024-11-30"), Day("2024-12-01")));
  const auto week = HolidayDays("christmas_week", 2023).ValueOrDie();
  EXPECT_EQ(week.size(), 7u);
  EXPECT_EQ(week.front(), Day("2023-12-19"));
  EXPECT_EQ(week.back(), Day("2023-12-25"));
  const auto school = HolidayDays("back_to_school", 2023).ValueOrDie();
  EXPECT_EQ(school.front(), Day("2023-07-20"));
  EXPECT_EQ(school.back(), Day("2023-09-05"));
}

TEST(Holiday, SummerSaleIsTwoFullWeeksOfJuly) {
  for (int32_t year = 1990; year <= 2050; ++year) {
    const auto days = HolidayDays("summer_sale", year).ValueOrDie();
    ASSERT_EQ(days.size(), 14u);
    EXPECT_EQ(Weekday(days.front()), 0);
    EXPECT_EQ(CivilFromDays(days.front()).month, 7);
    EXPECT_LE(CivilFromDays(days.front()).day, 7);
  }
}

TEST(Holiday, EveryNameHasDaysInItsYear) {
  EXPECT_EQ(AllHolidayNames().size(), AllHolidays().size());
  for (std::string_view name : AllHolidayNames()) {
    for (int32_t year = 1900; year <= 2100; ++year) {
      const auto days = HolidayDays(name, year).ValueOrDie();
      ASSERT_FALSE(days.empty());
      for (int32_t day : days) EXPECT_EQ(CivilFromDays(day).year, year) << name;
    }
  }
}

TEST(Holiday, FederalHolidaysOfAYear) {
  int count = 0;
  for (int32_t day = Day("2024-01-01"); day <= Day("2024-12-31"); ++day) {
    count += FederalHolidayOn(day) != nullptr;
  }
  EXPECT_EQ(count, 11);
  ASSERT_NE(FederalHolidayOn(Day("2024-07-04")), nullptr);
  EXPECT_EQ(FederalHolidayOn(Day("2024-07-04"))->title, "Independence Day");
}

TEST(Holiday, UnknownNameSuggestsTheNearest) {
  const auto status = HolidayDays("black_fryday", 2024).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
  EXPECT_THAT(Render(status), HasSubstr("did you mean `black_friday`?"));
  EXPECT_THAT(Render(HolidayDays("xmas_in_july", 2024).status()),
              HasSubstr("valentines_day"));
}

}  // namespace
}  // namespace lakeseed
