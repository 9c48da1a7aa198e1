// Climate: what a place on Earth is like in each month: temperature, rain, the range of
// a day, wind; from its latitude, longitude and elevation.
//
// Law: at one of 33 cities the monthly means of 1991 to 2020; elsewhere a closed form of
//      latitude, month and elevation, with what the four nearest cities differ from it,
//      weighted by distance.
//
// Thread safety: pure functions and constant tables.

#pragma once

#include <array>
#include <compare>
#include <span>

namespace lakeseed {

struct PlaceOnEarth {
  double latitude = 0, longitude = 0;  ///< Degrees, north and east.
  double elevation = 0;                ///< Metres.
  auto operator<=>(const PlaceOnEarth&) const = default;
};

struct ClimateStation {
  double latitude, longitude, elevation;
  std::array<double, 12> temperature;    ///< Mean of each month, degrees Celsius.
  std::array<double, 12> precipitation;  ///< Of each month, mm.
  double daily_range;                    ///< Warmest less coldest hour, degrees.
  double wind;                           ///< Mean, m/s.
};

struct Climate {
  std::array<double, 12> temperature{};
  std::array<double, 12> precipitation{};
  double daily_range = 0, wind = 0;

  double mean_temperature() const;
  double yearly_precipitation() const;
};

std::span<const ClimateStation> ClimateStations();

Climate ClimateOf(const PlaceOnEarth& place);
/// The closed form alone, without the cities: the same rain, wind and range of a day
/// everywhere.
Climate SimpleClimateOf(const PlaceOnEarth& place);

/// A monthly value at a part of the year in [0, 1), on lines between middles of months.
double InYear(const std::array<double, 12>& months, double part);

/// A place as a unit vector.
using Direction = std::array<double, 3>;
Direction DirectionOf(const PlaceOnEarth& place);
/// Square of the straight distance of two unit vectors.
double SquareDistance(const Direction& a, const Direction& b);

}  // namespace lakeseed
