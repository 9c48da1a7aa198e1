#include "lakeseed/base/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TimeZoneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    unsetenv("LAKESEED_VOCAB");
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/tests/golden/vocab");
    chicago = TimeZone::Load("America/Chicago").ValueOrDie();
    berlin = TimeZone::Load("Europe/Berlin").ValueOrDie();
  }

  static int32_t Day(const char* text) { return ParseDate(text).ValueOrDie(); }

  TimeZone chicago, berlin;
};

TEST_F(TimeZoneTest, UtcNeedsNoTable) {
  SetVocabularyDirectory("");
  const TimeZone utc = TimeZone::Load("UTC").ValueOrDie();
  EXPECT_EQ(utc.OffsetAt(-5), 0);
  EXPECT_EQ(utc.DayStart(19000), 19000 * kMicrosecondsPerDay);
  EXPECT_EQ(utc.ElapsedHours(19000), 24);
  EXPECT_EQ(utc.name(), "UTC");
}

TEST_F(TimeZoneTest, StretchesHaveOneOffset) {
  const int64_t begin = chicago.DayStart(Day("2023-01-01"));
  TimeZone::Stretch stretch;
  int found = 0;
  for (int64_t hour = 0; hour < 24 * 730; ++hour) {
    for (const int64_t utc :
         {begin + hour * kMicrosecondsPerHour - 1, begin + hour * kMicrosecondsPerHour}) {
      if (!stretch.Has(utc)) {
        stretch = chicago.StretchAt(utc);
        ++found;
      }
      ASSERT_TRUE(stretch.Has(utc));
      ASSERT_EQ(utc + stretch.offset, chicago.ToLocal(utc));
    }
  }
  EXPECT_EQ(found, 5) << "the clock changes twice a year";
  EXPECT_EQ(TimeZone().StretchAt(begin).offset, 0);
}

TEST_F(TimeZoneTest, KnowsSummerAndWinter) {
  const int64_t summer = chicago.DayStart(Day("2024-07-01"));
  EXPECT_EQ(FormatTimestamp(summer), "2024-07-01 05:00:00");
  EXPECT_EQ(chicago.AbbreviationAt(summer), "CDT");
  EXPECT_TRUE(chicago.IsDaylightAt(summer));
  const int64_t winter = chicago.DayStart(Day("2024-01-01"));
  EXPECT_EQ(FormatTimestamp(winter), "2024-01-01 06:00:00");
  EXPECT_EQ(chicago.AbbreviationAt(winter), "CST");
  EXPECT_EQ(FormatTimestamp(berlin.DayStart(Day("2024-07-01"))), "2024-06-30 22:00:00");
}

TEST_F(TimeZoneTest, DaysOfChangeHave23And25Hours) {
  EXPECT_EQ(chicago.ElapsedHours(Day("2024-03-10")), 23);
  EXPECT_EQ(chicago.ElapsedHours(Day("2024-11-03")), 25);
  EXPECT_EQ(berlin.ElapsedHours(Day("2024-03-31")), 23);
  EXPECT_EQ(berlin.ElapsedHours(Day("2024-10-27")), 25);
  EXPECT_THAT(chicago.LabelledHours(Day("2024-03-10")),
              ElementsAre(0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                          19, 20, 21, 22, 23));
  EXPECT_THAT(chicago.LabelledHours(Day("2024-11-03")),
              ElementsAre(0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
                          18, 19, 20, 21, 22, 23));
}

TEST_F(TimeZoneTest, EveryDayIsContiguousAndComesBack) {
  for (const TimeZone& zone : {chicago, berlin}) {
    int short_days = 0, long_days = 0;
    for (int32_t day = Day("1991-01-01"); day < Day("2050-01-01"); ++day) {
      const int64_t start = zone.DayStart(day);
      ASSERT_EQ(DayOfTimestamp(zone.ToLocal(start)), day);
      ASSERT_EQ(DayOfTimestamp(zone.ToLocal(start - 1)), day - 1);
      const int hours = zone.ElapsedHours(day);
      ASSERT_EQ(zone.LabelledHours(day).size(), static_cast<size_t>(hours));
      short_days += hours == 23;
      long_days += hours == 25;
      const int64_t noon = start + 12 * kMicrosecondsPerHour + 123'456;
      ASSERT_EQ(zone.ToUtc(zone.ToLocal(noon)), noon);
    }
    EXPECT_EQ(short_days, 59) << zone.name();
    EXPECT_EQ(long_days, 59) << zone.name();
  }
}

TEST_F(TimeZoneTest, SkippedAndRepeatedTimes) {
  const int64_t day = Day("2024-03-10") * kMicrosecondsPerDay;
  const int64_t skipped = chicago.ToUtc(day + 5 * kMicrosecondsPerHour / 2);  // 02:30
  EXPECT_EQ(FormatTimestamp(chicago.ToLocal(skipped)), "2024-03-10 03:00:00");
  const int64_t twice =
      Day("2024-11-03") * kMicrosecondsPerDay + 3 * kMicrosecondsPerHour / 2;  // 01:30
  const int64_t first = chicago.ToUtc(twice);
  EXPECT_EQ(chicago.ToLocal(first), twice);
  EXPECT_EQ(chicago.ToLocal(first + kMicrosecondsPerHour), twice);
  EXPECT_TRUE(chicago.IsDaylightAt(first));
  // 02:00 comes only after the repeated hour: not when the first 01:59:59 ends.
  const int64_t after =
      Day("2024-11-03") * kMicrosecondsPerDay + 2 * kMicrosecondsPerHour;
  EXPECT_EQ(chicago.ToLocal(chicago.ToUtc(after)), after);
}

TEST_F(TimeZoneTest, UnknownZoneSuggestsTheNearest) {
  const auto status = TimeZone::Load("America/Chicgo").status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
  EXPECT_THAT(Render(status), HasSubstr("did you mean `America/Chicago`?"));
}

}  // namespace
}  // namespace lakeseed
