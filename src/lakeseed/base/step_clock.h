// StepClock: the steps of a series: on which days a series runs, from when to when, and
// the instants at which its steps begin.
//
// Days are those of a zone; a session is a span of its wall clock. The last step of a
// session may be shorter than the others. Steps of a whole day stand at 00:00 and there
// is one of them.
//
// Law: a function of the rules of the zone and of the trading calendar alone.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/base/time_zone.h"

namespace lakeseed {

/// The days on which a series runs.
enum class OpenDays { kEvery, kMonthEnds, kTrading };

/// As files name them, sorted.
inline constexpr std::pair<std::string_view, OpenDays> kOpenDays[] = {
    {"every_day", OpenDays::kEvery},
    {"month_ends", OpenDays::kMonthEnds},
    {"trading_days", OpenDays::kTrading}};

class StepClock {
 public:
  struct Options {
    TimeZone zone;
    int32_t open = 0;                     ///< Minute of the day on the wall clock.
    int32_t close = 24 * 60;              ///< Minute of the day, above `open`.
    int64_t every = kMicrosecondsPerDay;  ///< Microseconds, 1 to a day.
    OpenDays on = OpenDays::kEvery;       ///< Half trading days end early.
  };

  explicit StepClock(Options options) : options_(std::move(options)) {}

  /// Days since 1970-01-01, here and below.
  bool IsOpen(int32_t day) const;
  /// UTC microseconds of the session's begin and end. REQUIRES: IsOpen(day).
  int64_t Open(int32_t day) const;
  int64_t Close(int32_t day) const;
  /// 0 on days that are not open.
  int32_t Steps(int32_t day) const;

  /// One step for a day.
  bool is_daily() const { return options_.every >= kMicrosecondsPerDay; }
  /// Minutes of a session that nothing shortens.
  int32_t minutes() const { return options_.close - options_.open; }
  int64_t every() const { return options_.every; }
  const TimeZone& zone() const { return options_.zone; }

 private:
  Options options_;
};

}  // namespace lakeseed
