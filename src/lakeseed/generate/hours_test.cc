// Instants inside a day: equal to the reference model; zones with short and long days.

#include "lakeseed/generate/hours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/golden.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"hours test"});

int32_t Day(const char* text) { return *ParseDate(text); }

TimeZone Chicago() {
  if (VocabularyDirectory().empty()) {
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  }
  return TimeZone::Load("America/Chicago").ValueOrDie();
}

// Share of rows in each hour on the wall clock, and that they are in order.
std::vector<int> HoursOf(const Hours& hours, int32_t day, int64_t n) {
  std::vector<int64_t> times(static_cast<size_t>(n));
  hours.TimesOf(day, {0, n}, 0, n, times.data());
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_GE(times.front(), hours.zone().DayStart(day));
  EXPECT_LT(times.back(), hours.zone().DayStart(day + 1));
  std::vector<int> count(24);
  for (int64_t time : times) {
    const int64_t local = hours.zone().ToLocal(time);
    ++count[static_cast<size_t>(local / kMicrosecondsPerHour % 24)];
  }
  return count;
}

TEST(HoursTest, EqualsTheModel) {
  const auto golden = LoadGolden("hours");
  ASSERT_FALSE(golden.is_discarded());
  for (const auto& one : golden["cases"]) {
    const Hours hours =
        *Hours::Make(GoldenKey(golden["key"]), GoldenDoubles(one["profile"]));
    const auto n = one["n"].get<int64_t>();
    const auto first = one["first_row"].get<int64_t>();
    for (size_t i = 0; i < one["k"].size(); ++i) {
      const auto k = one["k"][i].get<int64_t>();
      EXPECT_EQ(hours.TimeOf(0, first + k, k, n), one["microsecond"][i].get<int64_t>())
          << n << " " << k;
    }
  }
}

// The instant as its definition says it, in integers that hold all of it.
int64_t Exactly(const std::vector<double>& weights, int64_t row, int64_t k, int64_t n) {
  using Wide = __int128;
  std::vector<int64_t> thousandths;
  for (const double weight : weights) {
    thousandths.push_back(static_cast<int64_t>(weight * 1000 + 0.5));
  }
  const int64_t total =
      std::accumulate(thousandths.begin(), thousandths.end(), int64_t{0});
  const auto u = static_cast<Wide>(Cell(kKey, row) >> 32);
  const Wide x = ((static_cast<Wide>(k) << 32) + u) * total / n;
  Wide before = 0;
  for (size_t hour = 0; hour < 24; ++hour) {
    const Wide weight = static_cast<Wide>(thousandths[hour]) << 32;
    if (x < before + weight) {
      return static_cast<int64_t>(static_cast<Wide>(hour) * kMicrosecondsPerHour +
                                  (x - before) * kMicrosecondsPerHour / weight);
    }
    before += weight;
  }
  return -1;
}

TEST(HoursTest, FewAndManyRowsAndWeightsOfAnySize) {
  std::vector<double> heavy(24, 1e4), light(24, 0), mixed(24, 0.5);
  light[23] = 0.001;
  mixed[0] = 0, mixed[12] = 777.5, mixed[23] = 0.001;
  const SimdLevel best = SimdLevelInUse();
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    for (const auto& weights : {heavy, light, mixed}) {
      const Hours hours = *Hours::Make(kKey, weights);
      for (const int64_t n : {int64_t{1}, int64_t{2}, int64_t{1830}, int64_t{1832},
                              int64_t{5000}, (int64_t{1} << 20) + 7, int64_t{1} << 30,
                              (int64_t{1} << 30) + 1, int64_t{1} << 40}) {
        const int64_t count = std::min<int64_t>(n, 2100);
        for (const int64_t k : {int64_t{0}, (n - count) / 2, n - count}) {
          std::vector<int64_t> times(static_cast<size_t>(count));
          const int64_t row = 77 + k;
          hours.TimesOf(0, {row, row + count}, k, n, times.data());
          for (int64_t i = 0; i < count; ++i) {
            ASSERT_EQ(times[static_cast<size_t>(i)], Exactly(weights, row + i, k + i, n))
                << level << " " << n << " " << k + i;
          }
        }
      }
    }
  }
  internal::simd_level = best;
}

TEST(HoursTest, PartsOfADayEqualTheWhole) {
  std::vector<double> weights(24, 0.3);
  weights[9] = 1.2;
  weights[17] = 1.8;
  weights[3] = 0;
  const Hours hours = *Hours::Make(kKey, weights);
  std::vector<int64_t> all(5000), part(5000);
  hours.TimesOf(7, {100, 5100}, 0, 5000, all.data());
  hours.TimesOf(7, {1333, 5100}, 1233, 5000, part.data());
  EXPECT_TRUE(std::equal(all.begin() + 1233, all.end(), part.begin()));
  for (int64_t k = 0; k < 5000; k += 7) {
    ASSERT_EQ(hours.TimeOf(7, 100 + k, k, 5000), all[static_cast<size_t>(k)]);
  }
  const auto count = HoursOf(hours, 7, 5000);
  EXPECT_EQ(count[3], 0);
  const double total = 0.3 * 21 + 1.2 + 1.8;
  EXPECT_NEAR(count[9], 5000 * 1.2 / total, 2);
  EXPECT_NEAR(count[17], 5000 * 1.8 / total, 2);
}

TEST(HoursTest, ADayWithoutRowsHasNoTimes) {
  const Hours hours = Hours::Make(kKey, {}).ValueOrDie();
  hours.TimesOf(Day("2024-03-01"), {7, 7}, 0, 0, nullptr);
}

TEST(HoursTest, DaysOfAZoneHaveTheirOwnLength) {
  const Hours hours = *Hours::Make(kKey, {}, Chicago());
  const auto usual = HoursOf(hours, Day("2024-03-09"), 24'000);
  const auto spring = HoursOf(hours, Day("2024-03-10"), 23'000);
  const auto autumn = HoursOf(hours, Day("2024-11-03"), 25'000);
  for (size_t hour = 0; hour < 24; ++hour) {
    EXPECT_NEAR(usual[hour], 1000, 2) << hour;
    EXPECT_NEAR(spring[hour], hour == 2 ? 0 : 1000, 2) << hour;
    EXPECT_NEAR(autumn[hour], hour == 1 ? 2000 : 1000, 3) << hour;
  }
}

TEST(HoursTest, WallClockWeightsHoldOnTheDayOfTheChange) {
  std::vector<double> weights(24, 0.0);
  weights[1] = 1;
  weights[9] = 2;
  const Hours hours = *Hours::Make(kKey, weights, Chicago());
  const auto autumn = HoursOf(hours, Day("2024-11-03"), 4000);
  EXPECT_NEAR(autumn[1], 2000, 3);
  EXPECT_NEAR(autumn[9], 2000, 3);
  weights.assign(24, 0.0);
  weights[2] = 1;  // Skipped in spring: the day still has its rows.
  const Hours night = *Hours::Make(kKey, weights, Chicago());
  EXPECT_EQ(HoursOf(night, Day("2024-03-10"), 50).size(), 24u);
}

TEST(HoursTest, BadWeightsAreErrors) {
  EXPECT_FALSE(Hours::Make(kKey, std::vector<double>(24, 0.0)).ok());
  EXPECT_FALSE(Hours::Make(kKey, std::vector<double>(23, 1.0)).ok());
  std::vector<double> weights(24, 1.0);
  weights[5] = -1;
  const auto status = Hours::Make(kKey, weights).status();
  EXPECT_NE(status.message().find("hour 5"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace lakeseed
