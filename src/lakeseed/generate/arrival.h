// Arrival: late rows of a table of events: which row becomes known on which day.
//
// A row keeps its number, its day and its time; it arrives a fixed number of days after
// its event. The n rows of day d stand in the order of a bijection of their own; those
// up to cut(0) arrive on the day itself, those up to cut(1) after the first lag, …
//
// Laws:  cuts   cut(i) of day d is min(n, floor(n * P(lag <= i) + u)), u a cell of d:
//               each day's shares are exact but for less than one row
//        once   every row arrives on exactly one day
//        alone  the rows of an arrival day are inverse images of cuts: no other day
//               is made for it
//        order  rows in order of arrival have places: a day's go on from those of the
//               day before, and ascend by number
//
// Days are counted from the epoch; nothing happened before it, so the first days
// receive less. Memory: the late rows of a day, never all of its rows.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// The rows that arrive on one day, in ascending order: late ones of earlier days,
/// then those of the day itself that are not held back.
class DayArrivals {
 public:
  /// Some of them, without a list of those of the day itself.
  struct Part {
    std::span<const int64_t> late;
    RowRange own;
    std::span<const int64_t> held;  ///< Those in `own` that arrive later.
  };

  /// `late`, `held`: ascending; `held` in `own`.
  DayArrivals(int64_t first_place, std::vector<int64_t> late, RowRange own,
              std::vector<int64_t> held);

  /// Places, in order of arrival, of all of them.
  RowRange places() const { return {first_place_, first_place_ + size()}; }
  int64_t size() const { return std::ssize(late_) + own_.length() - std::ssize(held_); }

  /// REQUIRES: inside places(); here and below.
  Part PartAt(RowRange places) const;
  /// Row numbers at some places.
  Rows RowsAt(RowRange places) const;

 private:
  /// The q-th row of the day itself that is not held back; behind all of them, the end.
  int64_t OwnRow(int64_t q) const;

  int64_t first_place_;
  std::vector<int64_t> late_;
  RowRange own_;
  std::vector<int64_t> held_;
};

class Arrival {
 public:
  /// `days` must live longer. `late`: ascending in days, all above 0; the sum of the
  /// shares is below 1.
  Arrival(const Key& key, const DayIndex& days, std::span<const LateShare> late);

  /// Days after its event on which the last row of a day arrives.
  int32_t longest_lag() const { return lags_.back(); }

  /// Arrival day of each row.
  void DaysOf(const Rows& rows, int32_t* days) const;

  /// Rows that arrive before `day`: the place of its first. REQUIRES: a day of the
  /// index, or the one after the last.
  int64_t Before(int32_t day) const;

  /// Rows that arrive on `day`. REQUIRES: a day of the index.
  DayArrivals On(int32_t day) const;

  /// Rows that happened before `day` and arrive on it or later, ascending.
  std::vector<int64_t> Outstanding(int32_t day) const;

 private:
  /// Rows of `day` that arrive within the first lags, the i-th included.
  int64_t Cut(int32_t day, size_t i) const;
  /// The same within so many days. REQUIRES: lag >= 0.
  int64_t CutWithin(int32_t day, int32_t lag) const;
  /// Append the rows of `day` that stand between two cuts, ascending.
  void AppendBetween(int32_t day, int64_t begin, int64_t end,
                     std::vector<int64_t>* rows) const;

  Key key_;
  const DayIndex& days_;
  std::vector<int32_t> lags_;  ///< 0 first.
  std::vector<int64_t> cum_;   ///< P(lag <= lags_[i]) in 2^-32.
};

}  // namespace lakeseed
