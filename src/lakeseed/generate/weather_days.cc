#include "lakeseed/generate/weather_days.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr int kCentres = 512;         ///< About 1000 km from each to the next.
constexpr double kReach = 0.1256;     ///< 800 km in radii of the Earth.
constexpr double kLeastWeight = 0.1;  ///< Of a centre that counts.
constexpr double kGolden = 0.61803398874989484820;
constexpr double kYearDays = 365.2425;

/// Draws of an hour's cell.
enum : int64_t { kKind, kAmount };

constexpr double kRegionalWarm = 0.8, kRegionalWet = 0.55;
/// Rain falls from fields of wetness that lie low in pressure.
constexpr double kLowWhereWet = 0.5;
constexpr double kMostSnow = 3.0;  ///< Degrees above which it never snows.
constexpr int32_t kStormTenths = 80;
constexpr double kMonthDays = 365.2425 / 12;
constexpr double kRayleigh = 0.798;  ///< Mean of a Rayleigh law to its parameter.
constexpr int64_t kSiteBytes = 2048;

/// Points that lie evenly on the globe: a spiral by the golden section.
std::vector<Direction> Spiral() {
  std::vector<Direction> points;
  for (int k = 0; k < kCentres; ++k) {
    const double z = 1 - (2.0 * k + 1) / kCentres;
    const double flat = std::sqrt(1 - z * z);
    const double turns = k * kGolden;
    points.push_back({flat * Sine(turns + 0.25), flat * Sine(turns), z});
  }
  return points;
}

inline double Least(double a, double b) { return internal::Select(b < a, b, a); }
inline double Greatest(double a, double b) { return internal::Select(a < b, b, a); }
inline double Clamp(double x, double low, double high) {
  return Least(Greatest(x, low), high);
}

inline int16_t Whole(double x) { return static_cast<int16_t>(internal::Rint(x)); }
inline int16_t Tenths(double x) { return Whole(10 * x); }

/// Log of the pressure of saturated vapour against that at 0 degrees (Alduchov, Eskridge
/// 1996).
inline double LogVapour(double celsius) { return 17.625 * celsius / (243.04 + celsius); }

LAKESEED_KERNEL(void, SetAir,
                (const WeatherDays::Means& means, const WeatherDays::Hours& wave,
                 const WeatherDays::Noise& noise, WeatherDays::Air* air),
                (means, wave, noise, air)) {
  using internal::Select;
  for (size_t h = 0; h < WeatherDays::kHours; ++h) {
    const bool is_wet = noise.wet[h] > means.threshold;
    double cloud = Clamp(30 + 80 * means.wet_days + 28 * noise.wet[h], 0, 100);
    cloud = Select(is_wet, Greatest(cloud, 75.0), cloud);
    // Clouds keep days cool and nights warm.
    const double range = means.range * (1.25 - 0.55 * cloud / 100);
    const double base = means.warm + means.warm_sd * noise.warm[h];
    const double shift = Select(is_wet, 1.2 * means.winter - 0.6, 0.0);
    const double warm = Clamp(base + range * wave[h] + shift, -80, 58);
    double dew = base - 0.46 * range - means.dry + 1.5 * noise.moist[h];
    dew = Select(is_wet, Greatest(dew, warm - 1.5), dew);
    dew = Clamp(Least(dew, warm), -90, 35);
    air->is_wet[h] = Select(is_wet, 1.0, 0.0);
    air->cloud[h] = cloud;
    air->warm[h] = warm;
    air->dew[h] = dew;
    air->vapour_now[h] = LogVapour(dew);
    air->vapour_most[h] = LogVapour(warm);
  }
}

}  // namespace

WeatherDays::WeatherDays(const Options& options)
    : options_(options),
      centres_(Spiral()),
      sites_(options.cache_bytes / 4),
      site_days_(options.cache_bytes / 4),
      days_(options.cache_bytes) {
  for (size_t i = 0; i < kStreams; ++i) {
    streams_[i] = options_.key.Sub(static_cast<int64_t>(i));
    own_[i] = streams_[i].Sub(-1);
  }
}

std::shared_ptr<const WeatherDays> WeatherDays::Shared(const Options& options) {
  static std::mutex mutex;
  static std::vector<std::weak_ptr<const WeatherDays>> all;
  std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& one) { return one.expired(); });
  for (const auto& one : all) {
    if (auto days = one.lock(); days != nullptr && days->options() == options)
      return days;
  }
  auto made = std::make_shared<const WeatherDays>(options);
  all.push_back(made);
  return made;
}

WeatherDays::Site WeatherDays::SiteOf(const PlaceOnEarth& place) const {
  Site site{.climate = ClimateOf(place), .regions = {}};
  const Direction here = DirectionOf(place);
  double power = 0;
  for (size_t k = 0; k < centres_.size(); ++k) {
    const double weight = Exp(-SquareDistance(here, centres_[k]) / (2 * kReach * kReach));
    if (weight < kLeastWeight) continue;
    site.regions.emplace_back(static_cast<int64_t>(k), weight);
    power += weight * weight;
  }
  for (auto& [centre, weight] : site.regions) weight /= std::sqrt(power);
  const double flat = Sine(place.latitude / 360 + 0.25);
  for (size_t h = 0; h < kHours; ++h) {
    const double sun = static_cast<double>(h) + place.longitude / 15;  // Local hour.
    site.wave[h] =
        0.46 * Sine((sun - 14.8) / 24 + 0.25) + 0.07 * Sine((sun - 13.6) / 12 + 0.25);
    site.tide[h] = 1.2 * flat * flat * flat * Sine((sun - 10) / 12 + 0.25);
    site.breeze[h] = 1 + 0.2 * Sine((sun - 9) / 24);
  }
  return site;
}

std::shared_ptr<const WeatherDays::Days> WeatherDays::Of(int64_t member,
                                                         const PlaceOnEarth& place,
                                                         int32_t first,
                                                         int32_t count) const {
  if (count == 1) {
    const int32_t at = first % kMostDays;
    if (const auto run = days_.Find({member, place, first - at, kMostDays})) {
      return std::make_shared<const Days>(1, (*run)[static_cast<size_t>(at)]);
    }
  }
  return days_.Get({member, place, first, count},
                   static_cast<int64_t>(sizeof(Day)) * count,
                   [&] { return Make(member, place, first, count); });
}

WeatherDays::SiteDays WeatherDays::SiteDaysOf(const PlaceOnEarth& place, int32_t first,
                                              int32_t count) const {
  SiteDays made{.site = sites_.Get(place, kSiteBytes, [&] { return SiteOf(place); })};
  for (int32_t i = 0; i < count; ++i) {
    made.means[static_cast<size_t>(i)] = MeansOf(made.site->climate, place, first + i);
  }
  NoiseSum sum(int64_t{first} * kHours, int64_t{count} * kHours);
  for (const auto& [centre, weight] : made.site->regions) {
    sum.Add(octaves_.warm, streams_[kWarm].Sub(centre), weight * std::sqrt(kRegionalWarm),
            made.warm.data());
    sum.Add(octaves_.wet, streams_[kWet].Sub(centre), weight * std::sqrt(kRegionalWet),
            made.wet.data());
    sum.Add(octaves_.pressure, streams_[kPressure].Sub(centre), weight, made.low.data());
  }
  sum.Finish();
  return made;
}

void WeatherDays::SetNoise(int64_t member, const SiteDays& shared, int32_t first,
                           int32_t count, NoiseOver<RunHours>* noise) const {
  noise->warm = shared.warm;
  noise->wet = shared.wet;
  const auto own = [&](Stream what) { return own_[what].Sub(member); };
  NoiseSum sum(int64_t{first} * kHours, int64_t{count} * kHours);
  sum.Add(octaves_.own_warm, own(kWarm), std::sqrt(1 - kRegionalWarm),
          noise->warm.data());
  sum.Add(octaves_.own_wet, own(kWet), std::sqrt(1 - kRegionalWet), noise->wet.data());
  sum.Add(octaves_.own_wet, own(kMoist), 1, noise->moist.data());
  sum.Add(octaves_.wind, own(kEast), 1, noise->east.data());
  sum.Add(octaves_.wind, own(kNorth), 1, noise->north.data());
  sum.Add(octaves_.turn, own(kTurn), 1, noise->turn.data());
  sum.Finish();
  const double rest = std::sqrt(1 - kLowWhereWet * kLowWhereWet);
  for (size_t h = 0; h < static_cast<size_t>(count) * kHours; ++h) {
    noise->pressure[h] = rest * shared.low[h] - kLowWhereWet * noise->wet[h];
  }
}

WeatherDays::Means WeatherDays::MeansOf(const Climate& climate, const PlaceOnEarth& place,
                                        int32_t day) const {
  Means means;
  const double phi = place.latitude < 0 ? -place.latitude : place.latitude;
  const double part = (DayOfYear(day) - 0.5) / kYearDays;
  means.winter =
      (place.latitude < 0 ? -1 : 1) * Sine(part - 0.05 + 0.25) * std::min(phi / 45, 1.0);
  const double mean = climate.mean_temperature();
  means.warm = mean + options_.seasonal * (InYear(climate.temperature, part) - mean);
  means.warm_sd = Clamp(0.8 + 0.06 * phi * (1 + 0.3 * means.winter), 0.8, 6.0);
  means.range = options_.diurnal * climate.daily_range;
  const double monthly = std::max(InYear(climate.precipitation, part), 0.0);
  // Days with rain in a month, and the part of their hours that are wet.
  means.wet_days =
      monthly > 0 ? std::min(27.0, 0.75 * Power(monthly, 0.58)) / kMonthDays : 0;
  const double hours = 0.16 + 0.12 * std::min(phi / 50, 1.0);
  const double wet_share = Clamp(options_.wet * means.wet_days * hours, 0, 0.9);
  if (wet_share > 0) {
    means.threshold = -InverseNormal(wet_share);
    means.per_hour = options_.wet * monthly / (wet_share * kMonthDays * kHours);
  }
  means.dry = Clamp(11 - climate.yearly_precipitation() / 90, 0.5, 11);
  means.pressure_sd = Clamp(1.8 + 0.15 * phi * (1 + 0.3 * means.winter), 1.8, 11);
  means.wind = 3.6 * climate.wind * kRayleigh * (1 + 0.2 * means.winter);
  return means;
}

WeatherDays::Days WeatherDays::Make(int64_t member, const PlaceOnEarth& place,
                                    int32_t first, int32_t count) const {
  const auto shared = site_days_.Get({-1, place, first, count}, sizeof(SiteDays),
                                     [&] { return SiteDaysOf(place, first, count); });
  NoiseOver<RunHours> noise;
  SetNoise(member, *shared, first, count, &noise);
  RunHours squall;
  const int64_t begin = int64_t{first} * kHours, hours = int64_t{count} * kHours;
  UnitsOf(streams_[kSquall].Sub(member), Rows(RowRange{begin, begin + hours}), 0, hours,
          0, squall.data());
  Days days;
  for (int32_t i = 0; i < count; ++i) {
    const auto of_day = [&](const RunHours& run) {
      Hours some;
      std::copy_n(run.data() + i * kHours, kHours, some.data());
      return some;
    };
    const Noise its{of_day(noise.warm),  of_day(noise.wet),  of_day(noise.pressure),
                    of_day(noise.moist), of_day(noise.east), of_day(noise.north),
                    of_day(noise.turn)};
    days.push_back(MakeDay(member, first + i, *shared->site,
                           shared->means[static_cast<size_t>(i)], its, of_day(squall)));
  }
  return days;
}

WeatherDays::Day WeatherDays::MakeDay(int64_t member, int32_t day, const Site& site,
                                      const Means& means, const Noise& noise,
                                      const Hours& squall) const {
  Air air;
  SetAir(means, site.wave, noise, &air);
  ExpOf(air.vapour_now, air.vapour_now.data());
  ExpOf(air.vapour_most, air.vapour_most.data());
  Day hours;
  for (size_t h = 0; h < kHours; ++h) {
    WeatherHour& hour = hours[h];
    hour.temperature = Tenths(air.warm[h]);
    hour.dew_point = std::min(Tenths(air.dew[h]), hour.temperature);
    hour.humidity = Whole(Clamp(100 * air.vapour_now[h] / air.vapour_most[h], 3, 100));
    hour.cloud = Whole(air.cloud[h]);
    const double pressure = 1013.5 + means.pressure_sd * noise.pressure[h] + site.tide[h];
    hour.pressure = Tenths(Clamp(pressure, 890, 1080));
  }
  SetWind(means, site.breeze, noise, squall, &hours);
  SetRain(member, int64_t{day} * kHours, means, air, &hours);
  for (WeatherHour& hour : hours) hour.sky = SkyOf(hour);
  return hours;
}

void WeatherDays::SetWind(const Means& means, const Hours& breeze, const Noise& noise,
                          const Hours& squall, Day* hours) {
  // A Rayleigh law of the mean: two normal components.
  Hours strength;
  for (size_t h = 0; h < kHours; ++h) {
    strength[h] = noise.east[h] * noise.east[h] + noise.north[h] * noise.north[h];
  }
  SquareRootOf(strength, strength.data());
  for (size_t h = 0; h < kHours; ++h) {
    WeatherHour& hour = (*hours)[h];
    const double gale = breeze[h] * Clamp(1 - 0.15 * noise.pressure[h], 0.6, 1.6);
    const double wind = means.wind * strength[h] * gale;
    hour.wind = Tenths(Clamp(wind, 0, 180));
    hour.gust =
        std::max(Tenths(Clamp(wind * (1.4 + 0.35 * squall[h]), 0, 260)), hour.wind);
    const double turn = 0.68 + 0.2 * noise.turn[h];  // Mostly from the south-west.
    const int16_t degrees = Whole(360 * (turn - internal::Floor(turn)));
    hour.wind_direction = degrees == 360 ? int16_t{0} : degrees;
  }
}

void WeatherDays::SetRain(int64_t member, int64_t first, const Means& means,
                          const Air& air, Day* hours) const {
  const Key rain = streams_[kRain].Sub(member);
  for (size_t h = 0; h < kHours; ++h) {
    if (air.is_wet[h] == 0) continue;
    WeatherHour& hour = (*hours)[h];
    const int64_t number = first + static_cast<int64_t>(h);
    // Mixed exponential: most hours little, some much; the mean is `per_hour`.
    const double kind = Unit(Cell(rain, number, kKind)) < 0.62 ? 0.35 : 2.06;
    const double draw = Unit(Cell(rain, number, kAmount));
    hour.precipitation = Tenths(Clamp(-means.per_hour * kind * Log(draw), 0, 90));
    if (air.warm[h] > kMostSnow) continue;
    const double wet_bulb = air.warm[h] - (air.warm[h] - air.dew[h]) / 3;
    const double frozen = 1 / (1 + Exp((wet_bulb - 1.0) / 0.6));
    hour.snow = std::min(Whole(hour.precipitation * frozen), hour.precipitation);
  }
}

Sky WeatherDays::SkyOf(const WeatherHour& hour) {
  const bool is_snow = 2 * hour.snow > hour.precipitation;
  if (is_snow) return Sky::kSnow;
  if (hour.precipitation >= kStormTenths) return Sky::kStorm;
  if (hour.precipitation >= 1) return Sky::kRain;
  if (hour.humidity >= 97 && hour.wind < 72) return Sky::kFog;
  if (hour.cloud > 70) return Sky::kCloudy;
  return hour.cloud > 30 ? Sky::kPartlyCloudy : Sky::kClear;
}

}  // namespace lakeseed
