// Funnel: rows of a day matched to rows of another table of that day, and how far the
// others come.
//
// Of the S rows of a day the O that have a match reach the last stage; stage k before it
// is reached by max(O, the share of stage k), and each stage's rows are among those of
// the stage before. Rows without a match are counted by a day index of their own, so a
// day has a row for every match, and stages are cumulated over days: no share is lost
// where days are small. Where matches are within the day's rows, these are no more.
//
// Law: exact  every row of the other table (that `where` takes) has one row here, on its
//             day; StageOf is last for exactly these; stage counts never increase
// Law: both   MatchOf and RowOfMatch are inverse
// Law: order  matches keep the order of both tables
// The other table never reads this one: it is the same without the match.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lakeseed/base/row_range.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/strata.h"

namespace lakeseed {

class RowSpace;

class Funnel {
 public:
  /// `own`: rows without a match, or if `is_within` all of them (a day with more matches
  /// has as many rows as these); `other`: must live longer; `where`: which of its rows
  /// are matched, all if not set; `shares`: of the stages between the first and the last.
  static std::unique_ptr<const Funnel> Make(const Key& key, const DayIndex& own,
                                            const RowSpace& other,
                                            std::optional<Strata> where,
                                            const std::vector<double>& shares,
                                            bool is_within = false);

  const RowSpace& other() const { return other_; }
  /// Rows of this table by day, those with a match among them.
  const DayIndex& days() const { return days_; }
  /// Number of stages: the first, those with a share, the last.
  int64_t stages() const { return static_cast<int64_t>(levels_.size()) + 1; }
  /// Rows of `day` that reach stage `stage`, counted from 1.
  int64_t Reached(int32_t day, int64_t stage) const;

  /// Last stage that a row reaches, from 1 to stages().
  int64_t StageOf(int64_t row) const;
  /// Row of the other table, or -1.
  int64_t MatchOf(int64_t row) const {
    Day day = On(days_.Day(row));
    return MatchOf(&day, row);
  }
  /// What a day's matches are found with.
  struct Day {
    RowRange rows;
    std::vector<StrataCursor> levels;
    int64_t first = 0;  ///< Chosen row of the other table.

    bool Has(int64_t row) const { return row >= rows.begin && row < rows.end; }
  };
  Day On(int32_t day) const;
  /// The same of a row of the day, faster where rows are asked for in their order.
  int64_t MatchOf(Day* day, int64_t row) const;
  /// Row here of a row of the other table, or -1 if `where` leaves it out.
  int64_t RowOfMatch(int64_t other_row) const;
  /// Stages beyond the first that the rows before `row` reach, all together.
  int64_t StagesBefore(int64_t row) const;
  /// The same for rows [rows.begin, rows.end] one by one.
  void StagesBefore(RowRange rows, int64_t* before) const;

 private:
  Funnel(const Key& key, const RowSpace& other, std::optional<Strata> where)
      : key_(key), other_(other), where_(where) {}

  /// Rows of a day that reach the stage after `level`.
  Strata LevelOn(int32_t day, size_t level) const;
  /// Chosen rows of the other table before its row `row`.
  int64_t ChosenBefore(int64_t row) const {
    return where_.has_value() ? where_->Before(row) : row;
  }
  int64_t FirstOf(int32_t day) const;  ///< Chosen row of the other table.

  Key key_;
  const RowSpace& other_;
  std::optional<Strata> where_;
  DayIndex days_;
  /// Rows before each day that reach the second stage, the third, …
  std::vector<std::vector<int64_t>> levels_;
};

}  // namespace lakeseed
