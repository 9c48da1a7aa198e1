// WeatherDays: the hours of days at a place: temperature, moisture, wind, pressure, rain
// and snow, by random access; a longer step is a fold of its hours. Days that are made
// together are the same and cost less.
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
#include "lakeseed/generate/weather_hour.h"

namespace lakeseed {

class WeatherDays {
 public:
  static constexpr int kHours = 24;
  static constexpr int32_t kMostDays = 8;  ///< That are made together.
  using Day = std::array<WeatherHour, kHours>;
  using Days = std::vector<Day>;

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
  /// Days of UTC from `first` on, since 1970-01-01.
  /// REQUIRES: first >= 0; 1 <= count <= kMostDays.
  std::shared_ptr<const Days> Of(int64_t member, const PlaceOnEarth& place, int32_t first,
                                 int32_t count) const;

  using Hours = std::array<double, kHours>;
  using RunHours = std::array<double, kHours * kMostDays>;
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
  template <typename List>
  struct NoiseOver {  ///< Of unit variance.
    List warm{}, wet{}, pressure{}, moist{}, east{}, north{}, turn{};
  };
  using Noise = NoiseOver<Hours>;
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
  /// What all members at one place share on some days; of the noise the regions' part.
  struct SiteDays {
    std::shared_ptr<const Site> site;
    std::array<Means, kMostDays> means;
    RunHours warm{}, wet{}, low{};
  };
  struct DayKey {
    int64_t member;
    PlaceOnEarth place;
    int32_t first, count;
    auto operator<=>(const DayKey&) const = default;
  };
  struct DayHash {
    size_t operator()(const DayKey& key) const {
      return Cell({0, static_cast<uint64_t>(key.first)}, key.member, key.count);
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
  SiteDays SiteDaysOf(const PlaceOnEarth& place, int32_t first, int32_t count) const;
  void SetNoise(int64_t member, const SiteDays& shared, int32_t first, int32_t count,
                NoiseOver<RunHours>* noise) const;
  Days Make(int64_t member, const PlaceOnEarth& place, int32_t first,
            int32_t count) const;
  Day MakeDay(int64_t member, int32_t day, const Site& site, const Means& means,
              const Noise& noise, const Hours& squall) const;

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
  mutable Memo<DayKey, SiteDays, DayHash> site_days_;  ///< Of no member.
  mutable Memo<DayKey, Days, DayHash> days_;
};

}  // namespace lakeseed
