// Strata: which O of every S rows are chosen, exactly and in order.
//
// Law: chosen row j lies in [ceil(j S / O), ceil((j + 1) S / O)), its place there is one
// cell; so among the first S rows there are exactly O, evenly spread, and chosen rows
// keep their order.
// Law: RowOf and MatchOf are inverse, and FreeIndex numbers the others densely; all of
// them in constant time.
//
// Rows may go on beyond S: then O of each further S are chosen.
//
// Thread safety: immutable but for the cursor, one for each who asks.

#pragma once

#include <cstdint>
#include <limits>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/key.h"

namespace lakeseed {

class Strata {
 public:
  /// REQUIRES: 0 <= chosen <= rows.
  Strata(const Key& key, int64_t rows, int64_t chosen)
      : key_(key), rows_(rows), chosen_(chosen) {}

  int64_t rows() const { return rows_; }
  int64_t chosen() const { return chosen_; }

  /// Row of chosen row `j`. REQUIRES: chosen() > 0.
  int64_t RowOf(int64_t j) const {
    const int64_t low = Start(j);
    return low + Below(Cell(key_, j), Start(j + 1) - low);
  }

  /// Number of a row among the chosen ones, or -1.
  int64_t MatchOf(int64_t row) const {
    if (chosen_ == 0) return -1;
    const int64_t j = StratumOf(row);
    return RowOf(j) == row ? j : -1;
  }

  /// Chosen rows before `row`.
  int64_t Before(int64_t row) const {
    if (chosen_ == 0) return 0;
    const int64_t j = StratumOf(row);
    return j + (RowOf(j) < row ? 1 : 0);
  }

  /// Number of a row that is not chosen among those that are not.
  int64_t FreeIndex(int64_t row) const { return row - Before(row); }

  /// Rows one of which is chosen; or of which none is.
  struct Stratum {
    int64_t begin = 0, end = 0;
    int64_t chosen = -1, number = -1;  ///< The row, and its number.
  };
  Stratum StratumWith(int64_t row) const {
    if (chosen_ == 0) return {.end = std::numeric_limits<int64_t>::max()};
    const int64_t j = StratumOf(row);
    return {.begin = Start(j), .end = Start(j + 1), .chosen = RowOf(j), .number = j};
  }

 private:
  /// floor((a b + more) / c). Most strata are those of a day, whose products are small.
  static int64_t Ratio(int64_t a, int64_t b, int64_t more, int64_t c) {
    constexpr int64_t kSmall = int64_t{1} << 31;
    if (a < kSmall && b < kSmall) return (a * b + more) / c;
    return static_cast<int64_t>((static_cast<__int128>(a) * b + more) / c);
  }
  int64_t StratumOf(int64_t row) const { return Ratio(row, chosen_, 0, rows_); }
  int64_t Start(int64_t j) const { return Ratio(j, rows_, chosen_ - 1, chosen_); }

  Key key_;
  int64_t rows_, chosen_;
};

/// MatchOf of one row after the other: most lie in the stratum of the row before.
class StrataCursor {
 public:
  explicit StrataCursor(const Strata& strata) : strata_(strata) {}

  int64_t MatchOf(int64_t row) {
    if (row < now_.begin || row >= now_.end) now_ = strata_.StratumWith(row);
    return row == now_.chosen ? now_.number : -1;
  }

 private:
  Strata strata_;
  Strata::Stratum now_;
};

}  // namespace lakeseed
