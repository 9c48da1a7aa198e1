#include "lakeseed/generate/weather_fold.h"

#include <algorithm>
#include <cstddef>

namespace lakeseed {
namespace {

/// Tenths of mm from which on a step is one of rain or snow.
constexpr int32_t kWetStep = 10;

int16_t MeanOf(int32_t sum, int32_t count) {
  const int32_t size = sum < 0 ? -sum : sum;
  const int32_t mean = (2 * size + count) / (2 * count);
  return static_cast<int16_t>(sum < 0 ? -mean : mean);
}

Sky SkyOf(std::span<const WeatherHour> hours, int32_t wet) {
  constexpr size_t kSkies = static_cast<size_t>(Sky::kStorm) + 1;
  int32_t counts[kSkies] = {};
  Sky worst = Sky::kClear;
  for (const WeatherHour& hour : hours) {
    ++counts[static_cast<size_t>(hour.sky)];
    worst = std::max(worst, hour.sky);
  }
  if (worst >= Sky::kRain && wet >= kWetStep) return worst;
  const auto dry = static_cast<size_t>(Sky::kRain);
  // Ties go to the more severe one.
  size_t most = 0;
  for (size_t sky = 1; sky < dry; ++sky) {
    if (counts[sky] >= counts[most]) most = sky;
  }
  return static_cast<Sky>(most);
}

}  // namespace

WeatherFold FoldOf(std::span<const WeatherHour> hours) {
  const WeatherHour& first = hours[0];
  if (hours.size() == 1) return FoldOf(first);
  WeatherFold fold = FoldOf(first);
  int32_t temperature = 0, dew_point = 0, humidity = 0, pressure = 0, wind = 0, cloud = 0;
  int32_t precipitation = 0, snow = 0;
  for (const WeatherHour& hour : hours) {
    temperature += hour.temperature;
    dew_point += hour.dew_point;
    humidity += hour.humidity;
    pressure += hour.pressure;
    wind += hour.wind;
    cloud += hour.cloud;
    precipitation += hour.precipitation;
    snow += hour.snow;
    fold.temperature_least = std::min(fold.temperature_least, hour.temperature);
    fold.temperature_most = std::max(fold.temperature_most, hour.temperature);
    fold.wind_most = std::max(fold.wind_most, hour.wind);
    fold.gust = std::max(fold.gust, hour.gust);
  }
  const auto count = static_cast<int32_t>(hours.size());
  fold.temperature = MeanOf(temperature, count);
  fold.dew_point = MeanOf(dew_point, count);
  fold.humidity = MeanOf(humidity, count);
  fold.pressure = MeanOf(pressure, count);
  fold.wind = MeanOf(wind, count);
  fold.cloud = MeanOf(cloud, count);
  fold.precipitation = static_cast<int16_t>(precipitation);
  fold.snow = static_cast<int16_t>(snow);
  fold.wind_direction = hours[hours.size() / 2].wind_direction;
  fold.sky = SkyOf(hours, precipitation);
  return fold;
}

WeatherHour PartOf(const WeatherHour& hour, const WeatherHour& next, int64_t from,
                   int64_t to, int64_t whole) {
  WeatherHour part = hour;
  for (int16_t WeatherHour::*number :
       {&WeatherHour::temperature, &WeatherHour::dew_point, &WeatherHour::humidity,
        &WeatherHour::pressure, &WeatherHour::wind, &WeatherHour::gust,
        &WeatherHour::cloud}) {
    const int64_t way = (int64_t{next.*number} - hour.*number) * from;
    part.*number = static_cast<int16_t>(hour.*number + way / whole);
  }
  part.dew_point = std::min(part.dew_point, part.temperature);
  part.gust = std::max(part.gust, part.wind);
  // What has fallen by then, and how much of that was snow.
  const auto fallen = [&](int64_t by) { return hour.precipitation * by / whole; };
  const auto snow = [&](int64_t by) {
    return hour.precipitation == 0 ? 0 : fallen(by) * hour.snow / hour.precipitation;
  };
  part.precipitation = static_cast<int16_t>(fallen(to) - fallen(from));
  part.snow = static_cast<int16_t>(snow(to) - snow(from));
  if (part.temperature > kMostSnowTenths) part.snow = 0;
  if (part.precipitation == 0 && part.sky >= Sky::kRain) part.sky = Sky::kCloudy;
  return part;
}

}  // namespace lakeseed
