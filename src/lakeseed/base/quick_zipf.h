// QuickZipf: the ranks of ZipfExact that a few digits decide: nearly all of them.
//
// Law: a rank that it gives is that of ZipfExact; for the others it says -1.
//
// Method: rejection-inversion by a rough place and a squeeze. A rank is given where the
// whole range of the place's error lies in it, and well inside of what is accepted.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>

#include "lakeseed/base/key.h"
#include "lakeseed/base/zipf.h"

namespace lakeseed {

namespace internal {
/// A try of rejection-inversion at x stands without the exact test where k - x is at most
/// 1/2 - BendOf(s) / y^2, with y = k + v >= 1. REQUIRES: s <= 1.2.
double BendOf(double s);
/// What the place of a try may be wrong by, far above the rounding of the exact test.
inline constexpr double kSqueezeMargin = 1e-4;
}  // namespace internal

/// What the ranks of one law are drawn by: ZipfExact's n and v, and their ends.
struct ZipfRanks {
  ZipfEnds ends;
  double v;
  int64_t n;
};

class QuickZipf {
 public:
  explicit QuickZipf(double s);

  /// Whether most ranks of so many are decided. Where they are not, they are still right.
  bool Reaches(int64_t n, double v) const;
  /// The error of a place among so many is below.
  double Error(int64_t n, double v) const {
    return (static_cast<double>(n) + v) * error_;
  }

  /// out[i] = ZipfExact(key, rows[i], n[i], s, v[i]), or -1: then open[i] = 1, else 0.
  /// REQUIRES: s <= 1.2.
  void Of(const Key& key, const int64_t* rows, int64_t count, const double* low,
          const double* high, const double* v, const int64_t* n, int64_t* out,
          uint8_t* open) const;

  /// The same, all rows by one law.
  void Of(const Key& key, const int64_t* rows, int64_t count, const ZipfRanks& law,
          int64_t* out, uint8_t* open) const;

 private:
  double s_, bend_, error_;
};

}  // namespace lakeseed
