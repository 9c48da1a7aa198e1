// A day of weather: its hours from what the climate gives a place on the day, the sun at
// the hour, and noise.
//
// Laws: those of weather_days.h that hold within an hour: moist, snow, dense.
//
// Thread safety: pure function.

#pragma once

#include <array>
#include <cstdint>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/weather_hour.h"

namespace lakeseed {

inline constexpr int kWeatherHours = 24;
using WeatherDay = std::array<WeatherHour, kWeatherHours>;
using WeatherNumbers = std::array<double, kWeatherHours>;

/// What the season makes of the climate on a day.
struct WeatherMeans {
  double winter = 0;  ///< 1 in the middle of winter, -1 in that of summer.
  double warm = 0, warm_sd = 1, range = 0;
  double wet_days = 0;              ///< Share of days with rain.
  double threshold = 1e9;           ///< Of the wetness, above which it rains.
  double per_hour = 0;              ///< mm in a wet hour.
  double dry = 0, pressure_sd = 1;  ///< How far the dew point lies below the night.
  double wind = 0;                  ///< km/h.
};

/// What the sun makes of each hour: temperature, pressure, wind.
struct WeatherSun {
  WeatherNumbers wave{}, tide{}, breeze{};
};

/// Of the hours of a day: normal numbers, but for the squalls, which are uniform.
struct WeatherNoise {
  const double *warm, *wet, *pressure, *moist, *east, *north, *turn, *squall;
};

/// `first`: number of the day's first hour, for the cells of the rain.
WeatherDay WeatherDayOf(const WeatherMeans& means, const WeatherSun& sun,
                        const WeatherNoise& noise, const Key& rain, int64_t first);

}  // namespace lakeseed
