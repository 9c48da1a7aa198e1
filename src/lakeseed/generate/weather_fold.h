// WeatherFold: what the hours of a step come to, in whole units.
//
// Laws: of one hour it is the hour; means are rounded half away from zero; sums are
// exact. Parts of an hour lie on the way from it to the next one; their rain sums to the
// hour's.
//
// Thread safety: plain values and a pure function.

#pragma once

#include <cstdint>
#include <span>

#include "lakeseed/generate/weather_hour.h"

namespace lakeseed {

struct WeatherFold {                                         ///< Units of WeatherHour.
  int16_t temperature, temperature_least, temperature_most;  ///< The first is a mean.
  int16_t dew_point, humidity, pressure, wind, cloud;        ///< Means.
  int16_t wind_most, gust;                                   ///< Greatest ones.
  int16_t precipitation, snow;                               ///< Sums.
  int16_t wind_direction;                                    ///< In the middle.
  /// The most severe of a wet step's hours, else what most hours were.
  Sky sky;
  bool operator==(const WeatherFold&) const = default;
};

/// REQUIRES: from one hour to 30.
WeatherFold FoldOf(std::span<const WeatherHour> hours);

inline WeatherFold FoldOf(const WeatherHour& hour) {
  return {hour.temperature,    hour.temperature, hour.temperature,   hour.dew_point,
          hour.humidity,       hour.pressure,    hour.wind,          hour.cloud,
          hour.wind,           hour.gust,        hour.precipitation, hour.snow,
          hour.wind_direction, hour.sky};
}

/// A part of an hour before `next`, `from` .. `to` of `whole`.
/// REQUIRES: 0 <= from < to <= whole < 2^47.
WeatherHour PartOf(const WeatherHour& hour, const WeatherHour& next, int64_t from,
                   int64_t to, int64_t whole);

}  // namespace lakeseed
