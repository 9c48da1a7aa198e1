// FounderPicks: the picks of one day that are of founders: most of them.
//
// Founders are many and have one law, so that a pick needs no more than the place that
// its cell has in their area. What another cohort's share of the mass has, or what is not
// soon decided, stays open.
//
// Law: a pick that does not stay open is that of the exact test.
//
// Method: base/quick_zipf.h. With AVX-512 the rough place is a polynomial about the
// middle of one of sixteen pieces of the area: the coefficients stand in registers.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>

#include "lakeseed/base/quick_zipf.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

/// Rows whose picks are still to be made, in the order of their places.
struct OpenPicks {
  /// Rows that are picked for together.
  static constexpr int64_t kMost = 4096;
  static constexpr int64_t kSpare = 8;  ///< Vectors are written whole.
  int64_t count;
  int64_t rows[kMost + kSpare];
  double shares[kMost + kSpare];  ///< Of all mass: which says the cohort.
  int32_t places[kMost + kSpare];
};

class FounderPicks {
 public:
  /// Nobody picks founders.
  FounderPicks() = default;
  /// Founders are picked by shares of `total`, which is finite, below `until`.
  FounderPicks(double s, const ZipfRanks& law, double until, double total);

  /// out[i] = standing of the founder that rows[begin + i] picks, 0 for rows that become
  /// open. `shares`: the key of the cells that say the cohort. REQUIRES: count <=
  /// OpenPicks::kMost.
  void Of(const Key& key, const Key& shares, const Rows& rows, int64_t begin,
          int64_t count, int64_t* out, OpenPicks* open) const;

 private:
  static constexpr int kPieces = 16, kTerms = 6;
  /// Terms of a piece before it is written by kTerms of them.
  static constexpr int kSeries = 10;
  struct Arguments;

  void MakePieces(double s);
  static double DropTerms(int piece, double (&series)[kSeries][kPieces]);
  void AllOpen(const Arguments& of) const;
  void OfAnyLevel(const Arguments& of) const;
  void OfAvx512(const Arguments& of) const;

  QuickZipf quick_{0};
  ZipfRanks law_{};
  double until_ = 0, total_ = 0;
  bool is_quick_ = false, has_pieces_ = false;
  /// Of the pieces of the area by powers of the place from -1/2 to 1/2 in a piece.
  double pieces_[kTerms][kPieces];
  double margin_ = 0;  ///< Their error is below.
  double bend_ = 0;
  uint64_t last_share_ = 0;  ///< The last cell that says a share of founders.
};

}  // namespace lakeseed
