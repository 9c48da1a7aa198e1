// WeatherDays: the hours of a day at a place: temperature, moisture, wind, pressure, rain
// and snow, by random access; a longer step is a fold of its hours.
//
// Laws:  space   regional parts are sums over fixed centres on the globe, so near places
//                move together and adding a place changes no other
//        moist   dew point <= temperature; humidity by Magnus' formula of both
//        snow    snow <= precipitation, and none above 3 degrees
//        dense   values are whole units (tenths, degrees, percent), so that sums and
//                means of hours are exact
//
// Method  Monthly climate by climate.h; anomalies by smooth noise of days and hours;
//         rain where a field of wetness is high, with a mixed exponential amount (Wilks
//         1999); Rayleigh winds; snow by the wet-bulb temperature (Jennings 2018).
//
// Thread safety: immutable but for caches, which are locked.

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/climate.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {

/// From the mildest to the most severe.
enum class Sky : int16_t { kClear, kPartlyCloudy, kCloudy, kFog, kRain, kSnow, kStorm };

struct WeatherHour {                       ///< Narrow: many are kept.
  int16_t temperature = 0, dew_point = 0;  ///< Tenths of a degree Celsius.
  int16_t humidity = 0;                    ///< Percent.
  int16_t pressure = 0;                    ///< At sea level, tenths of hPa.
  int16_t wind = 0, gust = 0;              ///< Tenths of km/h.
  int16_t wind_direction = 0;              ///< Degrees from north, 0 to 359.
  int16_t precipitation = 0, snow = 0;     ///< Tenths of mm of water.
  int16_t cloud = 0;                       ///< Percent.
  Sky sky = Sky::kClear;
};

class WeatherDays {
 public:
  static constexpr int kHours = 24;
  using Day = std::array<WeatherHour, kHours>;

  struct Options {
    Key key;
    /// Factors of the seasons' range, the day's range, and the share of wet hours.
    double seasonal = 1, diurnal = 1, wet = 1;
    int64_t cache_bytes = 32 << 20;
    bool operator==(const Options&) const = default;
  };

  explicit WeatherDays(const Options& options);
  /// Those of equal options, while anybody has them: tables of hours and of days make
  /// each day once.
  static std::shared_ptr<const WeatherDays> Shared(const Options& options);

  const Options& options() const { return options_; }
  /// The hours of a day of UTC, since 1970-01-01. REQUIRES: day >= 0.
  std::shared_ptr<const Day> Of(int64_t member, const PlaceOnEarth& place,
                                int32_t day) const;

  using Hours = std::array<double, kHours>;
  /// What the season makes of the climate on a day.
  struct Means {
    double winter = 0;  ///< 1 in the middle of winter, -1 in that of summer.
    double warm = 0, warm_sd = 1, range = 0;
    double wet_days = 0;              ///< Share of days with rain.
    double threshold = 1e9;           ///< Of the wetness, above which it rains.
    double per_hour = 0;              ///< mm in a wet hour.
    double dry = 0, pressure_sd = 1;  ///< How far the dew point lies below the night.
    double wind = 0;                  ///< km/h.
  };
  struct Noise {  ///< Of a day, of unit variance.
    Hours warm, wet, pressure, moist{}, east{}, north{}, turn{};
  };
  struct Air {
    Hours is_wet, cloud, warm, dew;
    Hours vapour_now, vapour_most;  ///< Vapour that it has and could have: exponents.
  };

 private:
  /// What a place has for good; the last is what the sun makes of each hour.
  struct Site {
    Climate climate;
    std::vector<std::pair<int64_t, double>> regions;  ///< Centre and weight.
    Hours wave{}, tide{}, breeze{};
  };
  /// What all members at one place share on a day; of the noise the regions' part.
  struct SiteDay {
    std::shared_ptr<const Site> site;
    Means means;
    Hours warm{}, wet{}, low{};
  };
  struct DayKey {
    int64_t member;
    PlaceOnEarth place;
    int32_t day;
    bool operator==(const DayKey&) const = default;
  };
  struct DayHash {
    size_t operator()(const DayKey& key) const {
      return Cell({0, static_cast<uint64_t>(key.day)}, key.member);
    }
  };
  /// Streams under the key.
  enum Stream : int64_t { kWarm, kWet, kPressure, kMoist, kEast, kNorth, kTurn, kRain };
  static constexpr int64_t kSquall = kRain + 1;
  static constexpr size_t kStreams = kSquall + 1;

  static void SetWind(const Means& means, const Hours& breeze, const Noise& noise,
                      const Hours& squall, Day* hours);
  void SetRain(int64_t member, int64_t first, const Means& means, const Air& air,
               Day* hours) const;
  static Sky SkyOf(const WeatherHour& hour);

  Site SiteOf(const PlaceOnEarth& place) const;
  Means MeansOf(const Climate& climate, const PlaceOnEarth& place, int32_t day) const;
  SiteDay SiteDayOf(const PlaceOnEarth& place, int32_t day) const;
  Noise NoiseOf(int64_t member, const SiteDay& shared, int64_t first) const;
  Day Make(int64_t member, const PlaceOnEarth& place, int32_t day) const;

  /// Periods are hours.
  struct Tables {
    OctaveTable warm{{.period = 96, .count = 3}}, wet{{.period = 48, .count = 3}};
    OctaveTable pressure{{.period = 120, .count = 2}};
    OctaveTable own_warm{{.period = 24, .count = 3}}, own_wet{{.period = 12, .count = 3}};
    OctaveTable wind{{.period = 30}}, turn{{.period = 72}};
  };

  Options options_;
  Tables octaves_;
  std::array<Key, kStreams> streams_, own_;  ///< Of the regions, and above members.
  std::vector<Direction> centres_;
  mutable Memo<PlaceOnEarth, Site> sites_;
  mutable Memo<std::pair<PlaceOnEarth, int32_t>, SiteDay> site_days_;
  mutable Memo<DayKey, Day, DayHash> days_;
};

}  // namespace lakeseed
