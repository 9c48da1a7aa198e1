// SeriesRows: a row for each step of time and each member (`series:`).
//
// Order: by day, then by step, then by member. A member is one row of each of the
// tables in `of:`; the last table counts fastest. One table alone may grow: then the
// members of a day are the rows that have come up to it, also those that left. With
// `spread` the members of a step come one after another, in an order that a permutation
// of the step decides.
//
// Laws:  dense   row = rows before the day + step * members of the day + place in the
//                step, so days append and nothing is renumbered
//        both    PlaceOf and RowOf are inverse
//        order   times ascend with the rows; with `spread` no two rows of a table have
//                the same time, unless a step has fewer microseconds than members
//
// Thread safety: immutable.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lakeseed/base/step_clock.h"
#include "lakeseed/base/stream_names.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class SeriesRows final : public RowSpace {
 public:
  struct Part {
    std::string table;
    int64_t rows = 0;
  };
  /// Where a row stands. Days count from the epoch.
  struct Place {
    int32_t day = 0;
    int32_t step = 0;
    int64_t member = 0;
    bool operator==(const Place&) const = default;
  };
  struct Options {
    std::vector<Part> parts;
    /// The one part's rows where they grow: its `rows` do not count. It must live longer.
    const RowSpace* growing = nullptr;
    int32_t epoch = 0;  ///< Days since 1970-01-01.
    int32_t days = 0;   ///< Days from the epoch on which anything may be asked for.
    bool spread = false;
    StreamRoot root;
    std::string table;
  };

  SeriesRows(StepClock clock, Options options);

  RowRange Extent(DaySpan days) const override {
    return {Before(days.first), Before(days.last + 1)};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override;
  bool has_times() const override { return true; }
  void TimesOf(const Rows& rows, int64_t* times) const override;
  int64_t DayStart(int32_t day) const override {
    return clock_.zone().DayStart(options_.epoch + day);
  }
  const SeriesRows* series() const override { return this; }

  /// Whether there are more members on some days than on others.
  bool grows() const { return options_.growing != nullptr; }
  /// REQUIRES: !grows().
  int64_t members() const { return members_; }
  const StepClock& clock() const { return clock_; }
  /// Last day, from the epoch, that has rows here.
  int32_t last_day() const { return options_.days - 1; }

  void PlacesOf(const Rows& rows, Place* places) const;
  int64_t RowOf(const Place& place) const;
  /// Row of the part's table, from 0.
  int64_t PartOf(int64_t member, size_t part) const;

  /// Row of the last part's table where there are several; 0 else: all are of one kind.
  int64_t LastPartOf(int64_t member) const {
    return options_.parts.size() < 2 ? 0 : PartOf(member, options_.parts.size() - 1);
  }

  int32_t StepsOn(int32_t day) const;
  /// Days with rows before `day`: the number of a trading day.
  int32_t OpenDaysBefore(int32_t day) const {
    return open_before_[static_cast<size_t>(day)];
  }
  /// Number of a step among all of them, and back: the day and the step.
  int64_t StepNumber(int32_t day, int32_t step) const {
    return steps_before_[static_cast<size_t>(day)] + step;
  }
  Place PlaceOfStep(int64_t number) const;
  /// UTC microseconds of the begin and the end of a day's steps.
  std::pair<int64_t, int64_t> SessionOf(int32_t day) const;

  /// A stream that belongs to the members, not to this table: series over the same tables
  /// that ask for the same purpose see the same thing.
  Key MemberStream(std::string_view purpose) const;

 private:
  int64_t Before(int32_t day) const;
  int64_t MembersOn(int32_t day) const;

  int64_t PlaceInStep(const Place& place) const;
  int32_t DayOf(int64_t row) const;

  const StepClock clock_;
  const Options options_;
  int64_t members_ = 1;
  Key order_;                          ///< Of `spread`.
  std::vector<int64_t> before_;        ///< Rows before each day.
  std::vector<int64_t> steps_before_;  ///< Steps before each day.
  std::vector<int32_t> open_before_;   ///< Open days before each day.
};

/// When steps begin and how long they take, one after another: what those of a day share
/// is kept.
///
/// Thread safety: none.
class StepTimes {
 public:
  explicit StepTimes(const SeriesRows& series) : series_(series) {}

  /// UTC microseconds.
  int64_t StartOf(int32_t day, int32_t step) {
    if (day != day_) {
      day_ = day;
      std::tie(open_, close_) = series_.SessionOf(day);
    }
    return open_ + step * series_.clock().every();
  }
  int64_t LengthOf(int32_t day, int32_t step) {
    const int64_t left = close_ - StartOf(day, step);
    return series_.clock().is_daily() ? left : std::min(series_.clock().every(), left);
  }

 private:
  const SeriesRows& series_;
  int32_t day_ = -1;
  int64_t open_ = 0, close_ = 0;
};

}  // namespace lakeseed
