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
// Thread safety: immutable.

#pragma once

#include <cstdint>

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

}  // namespace lakeseed
