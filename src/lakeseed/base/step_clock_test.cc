#include "lakeseed/base/step_clock.h"

#include <gtest/gtest.h>

#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

int32_t Day(const char* text) { return *ParseDate(text); }

StepClock Clock(const char* zone, int32_t open, int32_t close, int64_t every,
                bool trading) {
  if (VocabularyDirectory().empty()) {
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  }
  return StepClock({.zone = *TimeZone::Load(zone),
                    .open = open,
                    .close = close,
                    .every = every,
                    .on = trading ? OpenDays::kTrading : OpenDays::kEvery});
}

TEST(StepClock, CountsTheStepsOfASession) {
  const int32_t full = Day("2023-11-22"), half = Day("2023-11-24");
  const std::tuple<int64_t, int, int> cases[] = {{kMinute, 390, 210},
                                                 {5 * kMinute, 78, 42},
                                                 {15 * kMinute, 26, 14},
                                                 {60 * kMinute, 7, 4},
                                                 {24 * 60 * kMinute, 1, 1}};
  for (const auto& [every, of_full, of_half] : cases) {
    const StepClock clock = Clock("America/New_York", 570, 960, every, true);
    EXPECT_EQ(clock.Steps(full), of_full);
    EXPECT_EQ(clock.Steps(half), of_half);
    EXPECT_EQ(clock.Steps(Day("2023-11-23")), 0);
    EXPECT_EQ(clock.Steps(Day("2023-11-25")), 0);
  }
}

TEST(StepClock, FollowsTheWallClock) {
  const StepClock clock = Clock("America/New_York", 570, 960, kMinute, true);
  const auto open = [&](const char* day) {
    return (clock.Open(Day(day)) - Day(day) * kMicrosecondsPerDay) / kMinute;
  };
  EXPECT_EQ(open("2023-03-10"), 14 * 60 + 30);  // Winter.
  EXPECT_EQ(open("2023-03-13"), 13 * 60 + 30);  // Summer.
  EXPECT_EQ(clock.Close(Day("2023-03-13")) - clock.Open(Day("2023-03-13")),
            390 * kMinute);
}

TEST(StepClock, DaysOfAChangeHave23And25Hours) {
  const StepClock clock = Clock("Europe/Berlin", 0, 1440, 60 * kMinute, false);
  EXPECT_EQ(clock.Steps(Day("2023-03-25")), 24);
  EXPECT_EQ(clock.Steps(Day("2023-03-26")), 23);
  EXPECT_EQ(clock.Steps(Day("2023-10-29")), 25);
  for (int32_t day = Day("2023-01-01"); day < Day("2024-01-01"); ++day) {
    ASSERT_EQ(clock.Close(day), clock.Open(day + 1));
  }
}

}  // namespace
}  // namespace lakeseed
