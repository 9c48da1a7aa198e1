#include "lakeseed/generate/weather_days.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

constexpr PlaceOnEarth kBerlin{52.5, 13.4, 34};

WeatherDays Make() { return WeatherDays({.key = StreamKey(42, {"weather"})}); }

WeatherDays::Day DayOf(const WeatherDays& weather, int64_t member,
                       const PlaceOnEarth& place, int32_t day) {
  return weather.Of(member, place, day, 1)->front();
}

/// Values of the hours of January in twenty years.
std::vector<double> Januaries(const WeatherDays& weather, int64_t member,
                              const PlaceOnEarth& place,
                              const std::function<double(const WeatherHour&)>& value) {
  std::vector<double> list;
  for (int32_t year = 2000; year < 2020; ++year) {
    for (int32_t day = 0; day < 31; ++day) {
      const auto hours = DayOf(weather, member, place, DaysFromCivil(year, 1, 1) + day);
      for (size_t h = 0; h < WeatherDays::kHours; h += 6) list.push_back(value(hours[h]));
    }
  }
  return list;
}

TEST(Climate, IsThatOfTheStationsAtTheirPlaces) {
  for (const ClimateStation& one : ClimateStations()) {
    const Climate climate = ClimateOf({one.latitude, one.longitude, one.elevation});
    for (size_t month = 0; month < 12; ++month) {
      EXPECT_NEAR(climate.temperature[month], one.temperature[month], 0.3);
    }
    EXPECT_NEAR(climate.daily_range, one.daily_range, 0.3);
  }
}

TEST(Climate, GetsColderWithHeightAndTheOtherWayRoundInTheSouth) {
  const Climate low = ClimateOf({47, 11, 500}), high = ClimateOf({47, 11, 2500});
  EXPECT_NEAR(low.mean_temperature() - high.mean_temperature(), 9, 1e-9);
  const Climate north = ClimateOf({45, 0, 0}), south = ClimateOf({-45, 170, 0});
  EXPECT_GT(north.temperature[6], north.temperature[0] + 10);
  EXPECT_GT(south.temperature[0], south.temperature[6] + 5);
}

TEST(WeatherDays, MonthsHaveTheClimatesMeans) {
  const WeatherDays weather = Make();
  for (const int32_t month : {1, 4, 7, 10}) {
    double sum = 0, rain = 0;
    int count = 0, days = 0;
    for (int32_t year = 1990; year < 2020; ++year) {
      const int32_t first = DaysFromCivil(year, month, 1);
      for (int32_t day = 0; day < DaysInMonth(year, month); ++day, ++days) {
        for (const WeatherHour& hour : DayOf(weather, 0, kBerlin, first + day)) {
          sum += hour.temperature / 10.0;
          rain += hour.precipitation / 10.0;
          ++count;
        }
      }
    }
    const ClimateStation& berlin = ClimateStations()[0];
    const auto at = static_cast<size_t>(month) - 1;
    EXPECT_NEAR(sum / count, berlin.temperature[at], 1.0) << month;
    EXPECT_NEAR(rain / 30, berlin.precipitation[at], 0.25 * berlin.precipitation[at])
        << month;
  }
}

TEST(WeatherDays, NearPlacesMoveTogether) {
  const WeatherDays weather = Make();
  const auto pressure = [](const WeatherHour& hour) {
    return static_cast<double>(hour.pressure);
  };
  const auto warm = [](const WeatherHour& hour) {
    return static_cast<double>(hour.temperature);
  };
  for (const auto& value : {std::function<double(const WeatherHour&)>(pressure),
                            std::function<double(const WeatherHour&)>(warm)}) {
    const auto berlin = Januaries(weather, 0, kBerlin, value);
    const double near = Correlation(berlin, Januaries(weather, 1, {52, 17.5, 50}, value));
    const double middle =
        Correlation(berlin, Januaries(weather, 2, {50, 30, 100}, value));
    const double far = Correlation(berlin, Januaries(weather, 3, {40, -100, 50}, value));
    EXPECT_GT(near, 0.6);
    EXPECT_LT(middle, near - 0.1);
    EXPECT_GT(middle, far);
    EXPECT_LT(std::abs(far), 0.15);
  }
}

TEST(WeatherDays, HoursKeepTheirLaws) {
  const WeatherDays weather = Make();
  int snow = 0, rain = 0;
  for (const PlaceOnEarth& place :
       {kBerlin, PlaceOnEarth{62, 129.7, 100}, PlaceOnEarth{1.4, 103.8, 15},
        PlaceOnEarth{-33.9, 18.6, 42}}) {
    for (int32_t day = 18000; day < 18800; ++day) {
      for (const WeatherHour& hour : DayOf(weather, 5, place, day)) {
        ASSERT_LE(hour.dew_point, hour.temperature);
        ASSERT_GE(hour.humidity, 3);
        ASSERT_LE(hour.humidity, 100);
        ASSERT_GE(hour.gust, hour.wind);
        ASSERT_LE(hour.snow, hour.precipitation);
        ASSERT_TRUE(hour.snow == 0 || hour.temperature <= 30);
        ASSERT_TRUE(hour.sky < Sky::kRain || hour.precipitation > 0);
        snow += hour.snow > 0;
        rain += hour.precipitation > hour.snow;
      }
    }
  }
  EXPECT_GT(snow, 100);
  EXPECT_GT(rain, 1000);
}

TEST(WeatherDays, AfternoonsAreWarmAndLowsBringRain) {
  const WeatherDays weather = Make();
  double morning = 0, afternoon = 0, wet = 0, dry = 0;
  int num_wet = 0, num_dry = 0;
  for (int32_t day = 18000; day < 19000; ++day) {
    const auto hours = DayOf(weather, 0, kBerlin, day);
    morning += hours[4].temperature;
    afternoon += hours[14].temperature;
    for (const WeatherHour& hour : hours) {
      (hour.precipitation > 0 ? wet : dry) += hour.pressure;
      ++(hour.precipitation > 0 ? num_wet : num_dry);
    }
  }
  EXPECT_GT(afternoon - morning, 1000 * 40);
  EXPECT_LT(wet / num_wet, dry / num_dry - 20);
}

TEST(WeatherDays, AreSharedByEqualOptions) {
  const WeatherDays::Options options{.key = StreamKey(42, {"weather"})};
  auto hours = WeatherDays::Shared(options);
  EXPECT_EQ(WeatherDays::Shared(options), hours);
  EXPECT_NE(WeatherDays::Shared({.key = options.key, .wet = 2}), hours);
  const std::weak_ptr<const WeatherDays> kept = hours;
  hours.reset();
  EXPECT_TRUE(kept.expired());
}

TEST(WeatherDays, AnotherPlaceChangesNone) {
  const WeatherDays alone = Make(), beside = Make();
  beside.Of(7, {10, 10, 10}, 18000, 1);
  EXPECT_EQ(DayOf(alone, 0, kBerlin, 18000), DayOf(beside, 0, kBerlin, 18000));
}

TEST(WeatherDays, DaysThatAreMadeTogetherAreThoseMadeAlone) {
  const WeatherDays weather = Make();
  for (const int32_t count : {2, 5, WeatherDays::kMostDays}) {
    const auto days = weather.Of(3, kBerlin, 18101, count);
    ASSERT_EQ(days->size(), static_cast<size_t>(count));
    for (int32_t i = 0; i < count; ++i) {
      EXPECT_EQ((*days)[static_cast<size_t>(i)], DayOf(weather, 3, kBerlin, 18101 + i));
    }
  }
}

TEST(WeatherDays, DaysThatWereLeftAreMadeAgainTheSame) {
  const WeatherDays weather = Make();
  constexpr int32_t kCount = WeatherDays::kMostDays;
  const int32_t first = weather.RunOf(18104);
  const auto days = weather.Of(3, kBerlin, first, kCount);
  EXPECT_EQ(weather.Of(3, kBerlin, first, kCount), days) << "kept";
  weather.Leave(3, kBerlin, first, kCount);
  const auto again = weather.Of(3, kBerlin, first, kCount);
  EXPECT_NE(again, days) << "left";
  EXPECT_EQ(*again, *days);
}

TEST(WeatherDays, FoldsAreThoseOfTheHours) {
  const WeatherDays plain = Make(), kept = Make();
  kept.KeepFolds();
  for (const WeatherDays* weather : {&plain, &kept}) {
    const int32_t first = weather->RunOf(18104);
    const auto run = weather->Of(3, kBerlin, first, WeatherDays::kMostDays);
    const auto folds = weather->FoldsOf(3, kBerlin, first, WeatherDays::kMostDays);
    ASSERT_EQ(folds->size(), run->size());
    for (int32_t i = 0; i < WeatherDays::kMostDays; ++i) {
      const auto at = static_cast<size_t>(i);
      EXPECT_EQ((*folds)[at], FoldOf((*run)[at]));
      EXPECT_EQ(weather->FoldsOf(3, kBerlin, first + i, 1)->front(), (*folds)[at]);
    }
  }
}

TEST(WeatherFold, IsMeansSumsAndExtremes) {
  WeatherHour cold{.temperature = -15, .humidity = 80, .gust = 300, .snow = 0};
  WeatherHour mild{.temperature = 0, .humidity = 81, .gust = 120, .precipitation = 9};
  mild.sky = Sky::kRain;
  const WeatherHour three[] = {cold, mild, cold};
  const WeatherFold fold = FoldOf(three);
  EXPECT_EQ(fold.temperature, -10);
  EXPECT_EQ(fold.temperature_least, -15);
  EXPECT_EQ(fold.temperature_most, 0);
  EXPECT_EQ(fold.humidity, 80);
  EXPECT_EQ(fold.gust, 300);
  EXPECT_EQ(fold.precipitation, 9);
  EXPECT_EQ(fold.sky, Sky::kClear) << "0.9 mm are not enough";
  const WeatherHour two[] = {mild, mild};
  EXPECT_EQ(FoldOf(two).sky, Sky::kRain);
  EXPECT_EQ(FoldOf(std::span(two).first(1)), FoldOf(mild));
  const WeatherHour halves[] = {cold, {.temperature = -16, .humidity = 81}};
  EXPECT_EQ(FoldOf(halves).temperature, -16) << "half away from zero";
  EXPECT_EQ(FoldOf(halves).humidity, 81);
}

}  // namespace
}  // namespace lakeseed
