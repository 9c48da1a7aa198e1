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
#include <atomic>
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
#include "lakeseed/generate/weather_day.h"
#include "lakeseed/generate/weather_fold.h"

namespace lakeseed {

class WeatherDays {
 public:
  static constexpr int kHours = kWeatherHours;
  static constexpr int32_t kMostDays = 8;  ///< That are made together.
  using Day = WeatherDay;
  using Days = std::vector<Day>;
  using Folds = std::vector<WeatherFold>;

  struct Options {
    Key key;
    /// Factors of the seasons' range, the day's range, and the share of wet hours.
    double seasonal = 1, diurnal = 1, wet = 1;
    /// A climate of the latitude alone: days that hardly leave their season, the same
    /// rain in all months.
    bool is_simple = false;
    /// Runs of kMostDays are counted from here; it decides no value.
    int32_t first_day = 0;
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
  /// What these days come to. REQUIRES: as above.
  std::shared_ptr<const Folds> FoldsOf(int64_t member, const PlaceOnEarth& place,
                                       int32_t first, int32_t count) const;
  /// Who goes through the days in turn has done with these.
  void Leave(int64_t member, const PlaceOnEarth& place, int32_t first, int32_t n) const {
    days_.Drop({member, place, first, n});
  }
  /// From now on days that are made are folded too, for who asks for whole days later.
  void KeepFolds() const { keeps_folds_ = true; }
  /// Whether runs of kMostDays of so many members are kept until they are done with.
  bool HasRoomFor(int64_t members) const;
  /// First day of the run that has the day.
  int32_t RunOf(int32_t day) const { return day - InRun(day); }

 private:
  using RunHours = std::array<double, kHours * kMostDays>;
  struct RunNoise {  ///< Of unit variance.
    RunHours warm{}, wet{}, pressure{}, moist{}, east{}, north{}, turn{};
  };
  /// What a place has for good.
  struct Site {
    Climate climate;
    std::vector<std::pair<int64_t, double>> regions;  ///< Centre and weight.
    WeatherSun sun;
  };
  /// What all members at one place share on some days; of the noise the regions' part.
  struct SiteDays {
    std::shared_ptr<const Site> site;
    std::array<WeatherMeans, kMostDays> means;
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

  int32_t InRun(int32_t day) const {
    const int32_t at = (day - options_.first_day) % kMostDays;
    return at < 0 ? at + kMostDays : at;
  }
  std::shared_ptr<const Folds> KeepFolds(const DayKey& key, const Days& days) const;
  Site SiteOf(const PlaceOnEarth& place) const;
  WeatherMeans MeansOf(const Climate& climate, const PlaceOnEarth& place,
                       int32_t day) const;
  SiteDays SiteDaysOf(const PlaceOnEarth& place, int32_t first, int32_t count) const;
  void SetNoise(int64_t member, const SiteDays& shared, int32_t first, int32_t count,
                RunNoise* noise) const;
  Days Make(int64_t member, const PlaceOnEarth& place, int32_t first,
            int32_t count) const;

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
  mutable Memo<DayKey, Folds, DayHash> folds_;
  mutable std::atomic<bool> keeps_folds_ = false;
};

}  // namespace lakeseed
