// DayIndex: row <-> day of a table that has so many rows per day.
//
// Law: Before(d) = floor(num * W(d) / den + 1/2), W(d) = sum of the integer
// weights of the days before d.
// Law: with num / den = target / (W(last + 1) - W(first)) the days first .. last
// hold exactly `target` rows, as floor(x + N) - floor(x) = N for every x.
// Law: more days append to the table; nothing in it moves.
//
// Days are counted from the epoch; no row lies before day 0. Integers only.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/generate/prefix_index.h"

namespace lakeseed {

/// Factors of one day; an empty list means all 1.
struct DayFactors {
  double growth = 0;                  ///< Of the level, day by day from the epoch.
  std::vector<double> weekday;        ///< 7, Monday first.
  std::vector<double> month;          ///< 12.
  std::map<int32_t, double> holiday;  ///< By days since 1970-01-01.
  double noise = 0;                   ///< sd of the day's log factor; its mean is 1.
  Key noise_key;
};

/// Weight of a neutral day of the epoch.
inline constexpr int64_t kNeutralWeight = int64_t{1} << 32;

/// Weights of the days 0 .. days - 1, counted from `epoch`.
/// \retval Invalid  a weight outside [0, 2^52): growth left the range; names the date
arrow::Result<std::vector<int64_t>> DayWeights(int32_t epoch, int32_t days,
                                               const DayFactors& factors);

class DayIndex {
 public:
  /// Exactly `target` rows on the days first .. last.
  /// \retval Invalid  these days weigh nothing, or there are too many rows
  static arrow::Result<DayIndex> OfTarget(std::span<const int64_t> weights,
                                          int64_t target, int32_t first, int32_t last);

  /// num / den rows per unit of weight: den = kNeutralWeight for num rows on a
  /// neutral day. REQUIRES: 0 <= num < 2^60, 0 < den < 2^60.
  /// \retval Invalid  too many rows
  static arrow::Result<DayIndex> OfRate(std::span<const int64_t> weights, int64_t num,
                                        int64_t den);

  /// counts[d] rows on day d if its factors are 1. REQUIRES: as many as weights, each
  /// from 0 to 2^53.
  ///
  /// \retval Invalid  too many rows
  static arrow::Result<DayIndex> OfCounts(std::span<const int64_t> weights,
                                          std::span<const int64_t> counts);

  /// Days with known rows: `starts` are the rows before each, and all of them.
  /// REQUIRES: starts[0] == 0, ascending.
  static DayIndex OfStarts(std::vector<int64_t> starts) {
    return DayIndex(PrefixIndex(std::move(starts)));
  }

  DayIndex() = default;  ///< No days.

  /// Number of days.
  int32_t days() const { return before_.groups(); }
  /// All rows of all days.
  int64_t total() const { return before_.total(); }

  /// Rows before `day`. REQUIRES: 0 <= day <= days().
  int64_t Before(int32_t day) const { return before_[day]; }
  /// Rows of `day`. REQUIRES: 0 <= day < days().
  int64_t Count(int32_t day) const { return before_.Size(day); }

  /// Day of a row. REQUIRES: 0 <= row < total().
  int32_t Day(int64_t row) const { return before_.Find(row); }
  /// Days of a dense range of rows. REQUIRES: inside [0, total()).
  void DaysOf(RowRange rows, int32_t* days) const;

 private:
  explicit DayIndex(PrefixIndex before) : before_(std::move(before)) {}

  PrefixIndex before_;
};

}  // namespace lakeseed
