#include "lakeseed/base/date.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeseed/base/golden.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

std::vector<int64_t> Describe(int32_t day) {
  const CivilDate date = CivilFromDays(day);
  const IsoWeek iso = IsoWeekOf(day);
  return {day,      date.year, date.month,     date.day,    Weekday(day),
          iso.year, iso.week,  DayOfYear(day), Quarter(day)};
}

TEST(Date, EqualsAnotherCalendarOnAllDaysOfEightCenturies) {
  const auto golden = LoadGolden("date");
  const int32_t first = ParseDate(golden["first"].get<std::string>()).ValueOrDie();
  const int32_t last = ParseDate(golden["last"].get<std::string>()).ValueOrDie();
  for (const auto& row : golden["sample"]) {
    EXPECT_EQ(Describe(row[0]), GoldenIntegers(row));
  }
  uint64_t fold = 0;
  for (int32_t day = first; day <= last; ++day) {
    for (int64_t value : Describe(day)) {
      fold = fold * 6364136223846793005 + static_cast<uint64_t>(value);
    }
    ASSERT_EQ(DaysFromCivil(CivilFromDays(day)), day);
  }
  EXPECT_EQ(fold, GoldenBits(golden["fold"]));
}

TEST(Date, FarYearsComeBack) {
  for (int64_t day = -300'000'000; day <= 300'000'000; day += 12'345) {
    ASSERT_EQ(DaysFromCivil(CivilFromDays(static_cast<int32_t>(day))), day);
  }
  EXPECT_EQ(CivilFromDays(0), (CivilDate{1970, 1, 1}));
  EXPECT_EQ(DaysFromCivil(9999, 12, 31), 2932896);
}

TEST(Date, NthWeekdayOfAMonth) {
  for (int32_t year = 1995; year < 2035; ++year) {
    for (int32_t month = 1; month <= 12; ++month) {
      for (int32_t weekday = 0; weekday < 7; ++weekday) {
        int32_t seen = 0, last = 0;
        const int32_t first = DaysFromCivil(year, month, 1);
        for (int32_t day = first; day < first + DaysInMonth(year, month); ++day) {
          if (Weekday(day) != weekday) continue;
          last = day;
          if (++seen > 4) continue;
          ASSERT_EQ(NthWeekday(year, month, weekday, seen), day);
        }
        ASSERT_EQ(NthWeekday(year, month, weekday, -1), last);
      }
    }
  }
}

TEST(Date, ParsesOnlyDaysThatExist) {
  EXPECT_EQ(ParseDate("2024-02-29").ValueOrDie(), 19782);
  EXPECT_EQ(FormatDate(19782), "2024-02-29");
  for (const char* text :
       {"2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-4-3", "20240403",
        "2024-04-00", "2024/04/03", "", "2024-04-03 ", "-024-04-03"}) {
    const auto status = ParseDate(text).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest) << text;
    EXPECT_THAT(Render(status), HasSubstr("YYYY-MM-DD"));
  }
}

TEST(Date, FormatsInstants) {
  EXPECT_EQ(FormatTimestamp(0), "1970-01-01 00:00:00");
  EXPECT_EQ(FormatTimestamp(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(FormatTimestamp(1'700'000'000'000'010), "2023-11-14 22:13:20.000010");
  EXPECT_EQ(DayOfTimestamp(-1), -1);
  EXPECT_EQ(DayOfTimestamp(kMicrosecondsPerDay), 1);
}

}  // namespace
}  // namespace lakeseed
