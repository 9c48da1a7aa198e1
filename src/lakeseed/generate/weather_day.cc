#include "lakeseed/generate/weather_day.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

/// Draws of an hour's cell.
enum : int64_t { kKind, kAmount };

constexpr int32_t kStormTenths = 80;

/// Before it is whole units.
struct Air {
  WeatherNumbers is_wet, cloud, warm, dew;
  WeatherNumbers vapour_now, vapour_most;  ///< Vapour that it has and could have: logs.
};

/// Numbers of WeatherHour but for the rain.
struct Units {
  std::array<int32_t, kWeatherHours> temperature, dew_point, humidity, cloud, pressure;
  std::array<int32_t, kWeatherHours> wind, gust, direction;
};

inline double Least(double a, double b) { return internal::Select(b < a, b, a); }
inline double Greatest(double a, double b) { return internal::Select(a < b, b, a); }
inline double Clamp(double x, double low, double high) {
  return Least(Greatest(x, low), high);
}

inline int32_t Whole(double x) { return static_cast<int32_t>(internal::Rint(x)); }
inline int32_t Tenths(double x) { return Whole(10 * x); }

/// Log of the pressure of saturated vapour against that at 0 degrees (Alduchov, Eskridge
/// 1996).
inline double LogVapour(double celsius) { return 17.625 * celsius / (243.04 + celsius); }

// Kernels work on copies of what all hours share, so that nothing that is written can be
// what is read: else they would not be vectorised.
LAKESEED_KERNEL(void, SetAir,
                (const WeatherMeans& of_day, const double* wave,
                 const WeatherNoise& noise, Air* air),
                (of_day, wave, noise, air)) {
  using internal::Select;
  const WeatherMeans means = of_day;
  const double *warms = noise.warm, *wets = noise.wet, *moists = noise.moist;
  double *is_wets = air->is_wet.data(), *clouds = air->cloud.data();
  double *temperatures = air->warm.data(), *dews = air->dew.data();
  double *now = air->vapour_now.data(), *most = air->vapour_most.data();
  _Pragma("GCC ivdep") for (size_t h = 0; h < kWeatherHours; ++h) {
    const double is_wet = Select(wets[h] > means.threshold, 1.0, 0.0);
    double cloud = Clamp(30 + 80 * means.wet_days + 28 * wets[h], 0, 100);
    cloud = Select(is_wet > 0.0, Greatest(cloud, 75.0), cloud);
    // Clouds keep days cool and nights warm.
    const double range = means.range * (1.25 - 0.55 * cloud / 100);
    const double base = means.warm + means.warm_sd * warms[h];
    const double shift = Select(is_wet > 0.0, 1.2 * means.winter - 0.6, 0.0);
    const double warm = Clamp(base + range * wave[h] + shift, -80, 58);
    double dew = base - 0.46 * range - means.dry + 1.5 * moists[h];
    dew = Select(is_wet > 0.0, Greatest(dew, warm - 1.5), dew);
    dew = Clamp(Least(dew, warm), -90, 35);
    is_wets[h] = is_wet;
    clouds[h] = cloud;
    temperatures[h] = warm;
    dews[h] = dew;
    now[h] = LogVapour(dew);
    most[h] = LogVapour(warm);
  }
}

LAKESEED_KERNEL(void, SetUnits,
                (const WeatherMeans& of_day, const double* tide,
                 const WeatherNoise& noise, const Air& air, Units* units),
                (of_day, tide, noise, air, units)) {
  const double pressure_sd = of_day.pressure_sd;
  const double *warm = air.warm.data(), *dew = air.dew.data(), *low = noise.pressure;
  const double *now = air.vapour_now.data(), *most = air.vapour_most.data();
  const double* cloud = air.cloud.data();
  int32_t *temperatures = units->temperature.data(), *dews = units->dew_point.data();
  int32_t *humidities = units->humidity.data(), *clouds = units->cloud.data();
  int32_t* pressures = units->pressure.data();
  _Pragma("GCC ivdep") for (size_t h = 0; h < kWeatherHours; ++h) {
    const int32_t temperature = Tenths(warm[h]), dew_point = Tenths(dew[h]);
    temperatures[h] = temperature;
    dews[h] = dew_point < temperature ? dew_point : temperature;
    humidities[h] = Whole(Clamp(100 * now[h] / most[h], 3, 100));
    clouds[h] = Whole(cloud[h]);
    pressures[h] = Tenths(Clamp(1013.5 + pressure_sd * low[h] + tide[h], 890, 1080));
  }
}

/// A Rayleigh law of the mean: the length of two normal components.
LAKESEED_KERNEL(void, SetWind,
                (double mean, const double* breeze, const WeatherNoise& noise,
                 Units* units),
                (mean, breeze, noise, units)) {
  const double *east = noise.east, *north = noise.north, *low = noise.pressure;
  const double *turns = noise.turn, *squalls = noise.squall;
  int32_t *winds = units->wind.data(), *gusts = units->gust.data();
  int32_t* directions = units->direction.data();
  _Pragma("GCC ivdep") for (size_t h = 0; h < kWeatherHours; ++h) {
    const double strength = std::sqrt(east[h] * east[h] + north[h] * north[h]);
    const double gale = breeze[h] * Clamp(1 - 0.15 * low[h], 0.6, 1.6);
    const double speed = mean * strength * gale;
    const int32_t wind = Tenths(Clamp(speed, 0, 180));
    const int32_t gust = Tenths(Clamp(speed * (1.4 + 0.35 * squalls[h]), 0, 260));
    winds[h] = wind;
    gusts[h] = gust > wind ? gust : wind;
    const double turn = 0.68 + 0.2 * turns[h];  // Mostly from the south-west.
    const int32_t degrees = Whole(360 * (turn - internal::Floor(turn)));
    directions[h] = degrees == 360 ? 0 : degrees;
  }
}

void SetRain(const Key& rain, int64_t first, const WeatherMeans& means, const Air& air,
             WeatherDay* hours) {
  for (size_t h = 0; h < kWeatherHours; ++h) {
    if (air.is_wet[h] == 0) continue;
    WeatherHour& hour = (*hours)[h];
    const int64_t number = first + static_cast<int64_t>(h);
    // Mixed exponential: most hours little, some much; the mean is `per_hour`.
    const double kind = Unit(Cell(rain, number, kKind)) < 0.62 ? 0.35 : 2.06;
    const double draw = Unit(Cell(rain, number, kAmount));
    hour.precipitation =
        static_cast<int16_t>(Tenths(Clamp(-means.per_hour * kind * Log(draw), 0, 90)));
    if (air.warm[h] > kMostSnowTenths / 10.0) continue;
    const double wet_bulb = air.warm[h] - (air.warm[h] - air.dew[h]) / 3;
    const double frozen = 1 / (1 + Exp((wet_bulb - 1.0) / 0.6));
    const auto snow = static_cast<int16_t>(Whole(hour.precipitation * frozen));
    hour.snow = std::min(snow, hour.precipitation);
  }
}

Sky SkyOf(const WeatherHour& hour) {
  const bool is_snow = 2 * hour.snow > hour.precipitation;
  if (is_snow) return Sky::kSnow;
  if (hour.precipitation >= kStormTenths) return Sky::kStorm;
  if (hour.precipitation >= 1) return Sky::kRain;
  if (hour.humidity >= 97 && hour.wind < 72) return Sky::kFog;
  if (hour.cloud > 70) return Sky::kCloudy;
  return hour.cloud > 30 ? Sky::kPartlyCloudy : Sky::kClear;
}

}  // namespace

WeatherDay WeatherDayOf(const WeatherMeans& means, const WeatherSun& sun,
                        const WeatherNoise& noise, const Key& rain, int64_t first) {
  Air air;
  Units units;
  SetAir(means, sun.wave.data(), noise, &air);
  ExpOf(air.vapour_now, air.vapour_now.data());
  ExpOf(air.vapour_most, air.vapour_most.data());
  SetUnits(means, sun.tide.data(), noise, air, &units);
  SetWind(means.wind, sun.breeze.data(), noise, &units);
  WeatherDay hours;
  for (size_t h = 0; h < kWeatherHours; ++h) {
    hours[h] = {.temperature = static_cast<int16_t>(units.temperature[h]),
                .dew_point = static_cast<int16_t>(units.dew_point[h]),
                .humidity = static_cast<int16_t>(units.humidity[h]),
                .pressure = static_cast<int16_t>(units.pressure[h]),
                .wind = static_cast<int16_t>(units.wind[h]),
                .gust = static_cast<int16_t>(units.gust[h]),
                .wind_direction = static_cast<int16_t>(units.direction[h]),
                .cloud = static_cast<int16_t>(units.cloud[h])};
  }
  SetRain(rain, first, means, air, &hours);
  for (WeatherHour& hour : hours) hour.sky = SkyOf(hour);
  return hours;
}

}  // namespace lakeseed
