// TimeZone: local time of a zone, from the pinned vocabulary table `time_zones`.
//
// Law: never the system's zone data: a day's length is part of the law version.
// Instants are microseconds since 1970-01-01 UTC; local times are microseconds
// since 1970-01-01 00:00 on the wall clock; days are days since 1970-01-01.
//
// Thread safety: immutable and cheap to copy.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

class TimeZone {
 public:
  /// UTC.
  TimeZone();

  /// Load a zone by its IANA name; "UTC" needs no table.
  /// \retval Invalid  no table, or an unknown zone (with the nearest name)
  static arrow::Result<TimeZone> Load(std::string_view name);

  const std::string& name() const { return rules_->name; }

  /// Seconds east of UTC at an instant.
  int32_t OffsetAt(int64_t utc) const;

  /// Whether daylight saving time is in force, and the abbreviation, at an instant.
  bool IsDaylightAt(int64_t utc) const;
  const std::string& AbbreviationAt(int64_t utc) const;

  int64_t ToLocal(int64_t utc) const;

  /// Instants between two changes of a clock, in microseconds, and what it is ahead of
  /// UTC.
  struct Stretch {
    int64_t begin = 0, end = 0, offset = 0;
    bool Has(int64_t utc) const { return utc >= begin && utc < end; }
  };
  /// One that has the instant.
  Stretch StretchAt(int64_t utc) const;

  /// First instant at which the wall clock shows `local` or, where it is skipped,
  /// a later time.
  int64_t ToUtc(int64_t local) const;

  /// First instant of a local day.
  int64_t DayStart(int32_t day) const;

  /// Hours from this day's start to the next's, rounded up: 23, 24 or 25.
  int ElapsedHours(int32_t day) const;

  /// Hour on the wall clock at the start of each elapsed hour of the day.
  std::vector<int> LabelledHours(int32_t day) const;

 private:
  struct Transition {
    int64_t from;    ///< Seconds since 1970-01-01 UTC.
    int32_t offset;  ///< Seconds east.
    bool is_daylight;
    std::string abbreviation;
  };
  struct Rules {
    std::string name;
    std::vector<Transition> transitions;  ///< The first holds for ever before.
  };

  size_t IndexAt(int64_t second) const;

  std::shared_ptr<const Rules> rules_;
};

}  // namespace lakeseed
