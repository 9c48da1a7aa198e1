#include "lakeseed/generate/weather_days.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr int kCentres = 512;         ///< About 1000 km from each to the next.
constexpr double kReach = 0.1256;     ///< 800 km in radii of the Earth.
constexpr double kLeastWeight = 0.1;  ///< Of a centre that counts.
constexpr double kGolden = 0.61803398874989484820;
constexpr double kYearDays = 365.2425;

constexpr double kRegionalWarm = 0.8, kRegionalWet = 0.55;
/// Rain falls from fields of wetness that lie low in pressure.
constexpr double kLowWhereWet = 0.5;
/// How far a day of a simple climate lies from its season, in degrees.
constexpr double kSimpleSpread = 1.0;
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

}  // namespace

// Where there are more members, days made together would be made again and again.
bool WeatherDays::HasRoomFor(int64_t members) const {
  constexpr auto kRunBytes = static_cast<int64_t>(sizeof(Day)) * kMostDays;
  return members * kRunBytes <= options_.cache_bytes / 2;
}

WeatherDays::WeatherDays(const Options& options)
    : options_(options),
      centres_(Spiral()),
      sites_(options.cache_bytes / 4),
      site_days_(options.cache_bytes / 4),
      days_(options.cache_bytes / 2),
      folds_(options.cache_bytes * 3 / 8) {
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
  Site site{.climate = options_.is_simple ? SimpleClimateOf(place) : ClimateOf(place),
            .regions = {}};
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
    site.sun.wave[h] =
        0.46 * Sine((sun - 14.8) / 24 + 0.25) + 0.07 * Sine((sun - 13.6) / 12 + 0.25);
    site.sun.tide[h] = 1.2 * flat * flat * flat * Sine((sun - 10) / 12 + 0.25);
    site.sun.breeze[h] = 1 + 0.2 * Sine((sun - 9) / 24);
  }
  return site;
}

std::shared_ptr<const WeatherDays::Days> WeatherDays::Of(int64_t member,
                                                         const PlaceOnEarth& place,
                                                         int32_t first,
                                                         int32_t count) const {
  if (count == 1) {
    if (const auto run = days_.Find({member, place, RunOf(first), kMostDays})) {
      return std::make_shared<const Days>(1, (*run)[static_cast<size_t>(InRun(first))]);
    }
  }
  return days_.Get({member, place, first, count},
                   static_cast<int64_t>(sizeof(Day)) * count,
                   [&] { return Make(member, place, first, count); });
}

std::shared_ptr<const WeatherDays::Folds> WeatherDays::FoldsOf(int64_t member,
                                                               const PlaceOnEarth& place,
                                                               int32_t first,
                                                               int32_t count) const {
  const DayKey key{member, place, first, count};
  if (auto kept = folds_.Find(key)) return kept;
  if (count == 1) {
    if (const auto run = folds_.Find({member, place, RunOf(first), kMostDays})) {
      return std::make_shared<const Folds>(1, (*run)[static_cast<size_t>(InRun(first))]);
    }
  }
  return KeepFolds(key, *Of(member, place, first, count));
}

std::shared_ptr<const WeatherDays::Folds> WeatherDays::KeepFolds(const DayKey& key,
                                                                 const Days& days) const {
  constexpr int64_t kEntryBytes = 256;  // With what a memo needs for it.
  const int64_t bytes =
      kEntryBytes + key.count * static_cast<int64_t>(sizeof(WeatherFold));
  return folds_.Get(key, bytes, [&] {
    Folds folds;
    folds.reserve(days.size());
    for (const Day& day : days) folds.push_back(FoldOf(std::span(day)));
    return folds;
  });
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
                           int32_t count, RunNoise* noise) const {
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

WeatherMeans WeatherDays::MeansOf(const Climate& climate, const PlaceOnEarth& place,
                                  int32_t day) const {
  WeatherMeans means;
  const double phi = place.latitude < 0 ? -place.latitude : place.latitude;
  const double part = (DayOfYear(day) - 0.5) / kYearDays;
  means.winter =
      (place.latitude < 0 ? -1 : 1) * Sine(part - 0.05 + 0.25) * std::min(phi / 45, 1.0);
  const double mean = climate.mean_temperature();
  means.warm = mean + options_.seasonal * (InYear(climate.temperature, part) - mean);
  means.warm_sd = options_.is_simple
                      ? kSimpleSpread
                      : std::clamp(0.8 + 0.06 * phi * (1 + 0.3 * means.winter), 0.8, 6.0);
  means.range = options_.diurnal * climate.daily_range;
  const double monthly = std::max(InYear(climate.precipitation, part), 0.0);
  // Days with rain in a month, and the part of their hours that are wet.
  means.wet_days =
      monthly > 0 ? std::min(27.0, 0.75 * Power(monthly, 0.58)) / kMonthDays : 0;
  const double hours = 0.16 + 0.12 * std::min(phi / 50, 1.0);
  const double wet_share = std::clamp(options_.wet * means.wet_days * hours, 0.0, 0.9);
  if (wet_share > 0) {
    means.threshold = -InverseNormal(wet_share);
    means.per_hour = options_.wet * monthly / (wet_share * kMonthDays * kHours);
  }
  means.dry = std::clamp(11 - climate.yearly_precipitation() / 90, 0.5, 11.0);
  means.pressure_sd = std::clamp(1.8 + 0.15 * phi * (1 + 0.3 * means.winter), 1.8, 11.0);
  means.wind = 3.6 * climate.wind * kRayleigh * (1 + 0.2 * means.winter);
  return means;
}

WeatherDays::Days WeatherDays::Make(int64_t member, const PlaceOnEarth& place,
                                    int32_t first, int32_t count) const {
  const auto shared = site_days_.Get({-1, place, first, count}, sizeof(SiteDays),
                                     [&] { return SiteDaysOf(place, first, count); });
  RunNoise noise;
  SetNoise(member, *shared, first, count, &noise);
  RunHours squall;
  const int64_t begin = int64_t{first} * kHours, hours = int64_t{count} * kHours;
  UnitsOf(streams_[kSquall].Sub(member), Rows(RowRange{begin, begin + hours}), 0, hours,
          0, squall.data());
  const Key rain = streams_[kRain].Sub(member);
  Days days;
  days.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) {
    const int32_t at = i * kHours;
    const WeatherNoise its{&noise.warm[at],  &noise.wet[at],  &noise.pressure[at],
                           &noise.moist[at], &noise.east[at], &noise.north[at],
                           &noise.turn[at],  &squall[at]};
    days.push_back(WeatherDayOf(shared->means[static_cast<size_t>(i)], shared->site->sun,
                                its, rain, begin + at));
  }
  if (keeps_folds_) KeepFolds({member, place, first, count}, days);
  return days;
}

}  // namespace lakeseed
