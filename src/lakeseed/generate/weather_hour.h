// WeatherHour: the weather of an hour in whole units, so that sums and means are exact.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>

namespace lakeseed {

/// From the mildest to the most severe.
enum class Sky : int16_t { kClear, kPartlyCloudy, kCloudy, kFog, kRain, kSnow, kStorm };

/// Tenths of a degree above which it never snows.
inline constexpr int16_t kMostSnowTenths = 30;

struct WeatherHour {                       ///< Narrow: many are kept.
  int16_t temperature = 0, dew_point = 0;  ///< Tenths of a degree Celsius.
  int16_t humidity = 0;                    ///< Percent.
  int16_t pressure = 0;                    ///< At sea level, tenths of hPa.
  int16_t wind = 0, gust = 0;              ///< Tenths of km/h.
  int16_t wind_direction = 0;              ///< Degrees from north, 0 to 359.
  int16_t precipitation = 0, snow = 0;     ///< Tenths of mm of water.
  int16_t cloud = 0;                       ///< Percent.
  Sky sky = Sky::kClear;
  bool operator==(const WeatherHour&) const = default;
};

}  // namespace lakeseed
