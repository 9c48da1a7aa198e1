#include "lakeseed/generate/series_rows.h"

#include <gtest/gtest.h>

#include <set>

#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;
const int32_t kEpoch = DaysFromCivil(2023, 11, 1);

SeriesRows Make(bool spread, int32_t days, int64_t devices = 3, int64_t metrics = 2) {
  if (VocabularyDirectory().empty()) {
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  }
  StepClock clock({.zone = *TimeZone::Load("America/New_York"),
                   .open = 570,
                   .close = 960,
                   .every = 15 * kMinute,
                   .on = OpenDays::kTrading});
  SeriesRows::Options options;
  options.parts = {{"devices", devices}, {"metrics", metrics}};
  options.epoch = kEpoch;
  options.days = days;
  options.spread = spread;
  options.root.domain = "test";
  options.table = "readings";
  return SeriesRows(std::move(clock), std::move(options));
}

class SeriesRowsTest : public testing::TestWithParam<bool> {};

TEST_P(SeriesRowsTest, RowsAndPlacesAreInverse) {
  const SeriesRows series = Make(GetParam(), 30);
  const RowRange all = series.Extent({0, 29});
  std::vector<SeriesRows::Place> places(static_cast<size_t>(all.length()));
  series.PlacesOf(Rows(all), places.data());
  std::set<std::tuple<int32_t, int32_t, int64_t>> seen;
  for (int64_t row = all.begin; row < all.end; ++row) {
    const SeriesRows::Place& place = places[static_cast<size_t>(row)];
    ASSERT_EQ(series.RowOf(place), row);
    ASSERT_TRUE(seen.insert({place.day, place.step, place.member}).second);
  }
  // Row numbers give what the range gives.
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 500; ++i) numbers.push_back(i * 733 % all.length());
  std::vector<SeriesRows::Place> picked(numbers.size());
  series.PlacesOf(Rows(numbers), picked.data());
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_EQ(picked[i], places[static_cast<size_t>(numbers[i])]);
  }
}

TEST_P(SeriesRowsTest, DaysAreDenseAndALongerHorizonAppends) {
  const SeriesRows series = Make(GetParam(), 30), longer = Make(GetParam(), 400);
  int64_t next = 0;
  for (int32_t day = 0; day < 30; ++day) {
    const RowRange rows = series.Extent({day, day});
    EXPECT_EQ(rows.begin, next);
    EXPECT_EQ(rows.length(), int64_t{series.StepsOn(day)} * 6);
    next = rows.end;
    EXPECT_EQ(longer.Extent({day, day}).begin, rows.begin);
    EXPECT_EQ(longer.Extent({day, day}).end, rows.end);
  }
  // 22 weekdays, less Thanksgiving; the day after it is half a day of 14 steps.
  EXPECT_EQ(next, (20 * 26 + 14) * 6);
  std::vector<SeriesRows::Place> here(static_cast<size_t>(next)), there = here;
  series.PlacesOf(Rows(RowRange{0, next}), here.data());
  longer.PlacesOf(Rows(RowRange{0, next}), there.data());
  EXPECT_EQ(here, there);
}

TEST_P(SeriesRowsTest, TimesAscendInsideTheirDay) {
  const SeriesRows series = Make(GetParam(), 30);
  const RowRange all = series.Extent({0, 29});
  std::vector<int64_t> times(static_cast<size_t>(all.length()));
  std::vector<int32_t> days(times.size());
  series.TimesOf(Rows(all), times.data());
  series.DaysOf(Rows(all), days.data());
  std::vector<SeriesRows::Place> places(times.size());
  series.PlacesOf(Rows(all), places.data());
  StepTimes steps(series);
  for (size_t i = 0; i < times.size(); ++i) {
    const SeriesRows::Place& place = places[i];
    ASSERT_EQ(days[i], place.day);
    const int64_t start = steps.StartOf(place.day, place.step);
    ASSERT_GE(times[i], start);
    ASSERT_LT(times[i], start + steps.LengthOf(place.day, place.step));
    if (GetParam() && i > 0) {
      ASSERT_GT(times[i], times[i - 1]);
    } else {
      ASSERT_TRUE(GetParam() || times[i] == start);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AtOnceAndSpread, SeriesRowsTest, testing::Bool());

TEST(SeriesRows, MembersAreAllPairsTheLastTableFastest) {
  const SeriesRows series = Make(false, 5, 3, 2);
  EXPECT_EQ(series.members(), 6);
  EXPECT_EQ(series.PartOf(0, 0), 0);
  EXPECT_EQ(series.PartOf(1, 1), 1);
  EXPECT_EQ(series.PartOf(1, 0), 0);
  EXPECT_EQ(series.PartOf(5, 0), 2);
  EXPECT_EQ(series.PartOf(4, 1), 0);
}

TEST(SeriesRows, SpreadShufflesTheMembersOfEachStep) {
  const SeriesRows series = Make(true, 10, 40, 1);
  std::vector<SeriesRows::Place> places(80);
  series.PlacesOf(Rows(RowRange{0, 80}), places.data());
  int same = 0;
  for (size_t i = 0; i < 40; ++i) same += places[i].member == places[i + 40].member;
  EXPECT_LT(same, 8);
}

TEST(SeriesRows, TheMembersStreamIsNotTheTables) {
  const SeriesRows series = Make(false, 5);
  StreamRoot root;
  root.domain = "test";
  EXPECT_EQ(series.MemberStream("price"), RowStream(root, "devices/metrics", "price"));
}

}  // namespace
}  // namespace lakeseed
