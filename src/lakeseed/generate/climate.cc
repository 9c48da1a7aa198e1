#include "lakeseed/generate/climate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "lakeseed/base/function.h"

namespace lakeseed {
namespace {

constexpr double kLapse = 0.0045;         ///< Degrees per metre of height.
constexpr double kContinentality = 0.35;  ///< What the closed form takes for all.
constexpr size_t kNearest = 4;
/// Degrees, m/s, and mm in a month, of the simple climate.
constexpr double kSimpleRange = 8, kSimpleWind = 4, kSimpleRain = 60;
constexpr double kLeastDistance = 1e-3;  ///< Earth radii: 6 km.

double Mean(const std::array<double, 12>& months) {
  return std::accumulate(months.begin(), months.end(), 0.0) / 12;
}

/// Temperature at sea level by latitude and month alone.
double ClosedForm(double latitude, size_t month) {
  const double phi = latitude < 0 ? -latitude : latitude;
  const double sine = Sine(phi / 360);
  const double mean = 27.5 - (sine > 0 ? 40 * Power(sine, 2.6) : 0.0);
  const double half = 0.25 * phi * (0.30 + 1.5 * kContinentality);
  const double peak = (latitude < 0 ? 31.0 : 213.0) / 365;
  const double part = (static_cast<double>(month) + 0.5) / 12;
  return mean + half * Sine(part - peak + 0.25);
}

}  // namespace

double Climate::mean_temperature() const { return Mean(temperature); }
double Climate::yearly_precipitation() const { return 12 * Mean(precipitation); }

Direction DirectionOf(const PlaceOnEarth& place) {
  const double north = Sine(place.latitude / 360);
  const double flat = Sine(place.latitude / 360 + 0.25);
  return {flat * Sine(place.longitude / 360 + 0.25), flat * Sine(place.longitude / 360),
          north};
}

double SquareDistance(const Direction& a, const Direction& b) {
  double sum = 0;
  for (size_t i = 0; i < 3; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

double InYear(const std::array<double, 12>& months, double part) {
  const double at = part * 12 + 11.5;  // In [11.5, 23.5): never below 0.
  const auto month = static_cast<size_t>(internal::Floor(at));
  const double way = at - static_cast<double>(month);
  return months[month % 12] * (1 - way) + months[(month + 1) % 12] * way;
}

Climate ClimateOf(const PlaceOnEarth& place) {
  const Direction here = DirectionOf(place);
  std::vector<std::pair<double, size_t>> near;
  const auto stations = ClimateStations();
  for (size_t i = 0; i < stations.size(); ++i) {
    const PlaceOnEarth there{stations[i].latitude, stations[i].longitude, 0};
    near.emplace_back(SquareDistance(here, DirectionOf(there)), i);
  }
  std::partial_sort(near.begin(), near.begin() + kNearest, near.end());
  near.resize(kNearest);
  double sum = 0;
  for (auto& [weight, station] : near) {
    weight = 1 / (weight + kLeastDistance * kLeastDistance);
    sum += weight;
  }
  Climate climate;
  for (const auto& [weight, i] : near) {
    const ClimateStation& station = stations[i];
    const double part = weight / sum;
    for (size_t month = 0; month < 12; ++month) {
      const double differs = station.temperature[month] + kLapse * station.elevation -
                             ClosedForm(station.latitude, month);
      climate.temperature[month] += part * differs;
      climate.precipitation[month] += part * station.precipitation[month];
    }
    climate.daily_range += part * station.daily_range;
    climate.wind += part * station.wind;
  }
  for (size_t month = 0; month < 12; ++month) {
    climate.temperature[month] +=
        ClosedForm(place.latitude, month) - kLapse * place.elevation;
  }
  return climate;
}

Climate SimpleClimateOf(const PlaceOnEarth& place) {
  Climate climate;
  climate.daily_range = kSimpleRange;
  climate.wind = kSimpleWind;
  climate.precipitation.fill(kSimpleRain);
  for (size_t month = 0; month < 12; ++month) {
    climate.temperature[month] =
        ClosedForm(place.latitude, month) - kLapse * place.elevation;
  }
  return climate;
}

}  // namespace lakeseed
