// Zipf: P(k) ~ (k + v)^-s on k = 0 .. n-1; v = 1 is the plain bounded Zipf.
//
// Law: ZipfExact follows the law to rounding for every s >= 0; the number of the
// try is the draw of the cell, so it is a pure function of (key, row).
// Law: FastZipf has the first 64 masses exact and a tail by inverting the
// midpoint integral; its total variation distance to the law is below 7e-7.
//
// Source: Hoermann & Derflinger, ACM TOMACS 6(3) 1996; Euler-Maclaurin sums.
//
// Thread safety: pure functions; FastZipf is immutable.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"

namespace lakeseed {

namespace internal {
/// Where the exponent is 1 the antiderivative is the logarithm.
inline bool IsLogarithmic(double s) { return s - 1 < 1e-9 && s - 1 > -1e-9; }
}  // namespace internal

/// Antiderivative of (x + v)^-s, 0 where x + v = 1. REQUIRES: x + v > 0.
double ZipfArea(double x, double s, double v);

/// Inverse of ZipfArea.
double ZipfPosition(double area, double s, double v);

/// Sum of (k + v)^-s for k < n: 16 exact terms, then Euler-Maclaurin.
double ZipfMass(int64_t n, double s, double v = 1.0);
/// masses[i] = ZipfMass(n[i], s, v[i]), side by side.
void ZipfMassesOf(double s, std::span<const int64_t> n, const double* v, double* masses);

/// Probabilities of 0 .. n-1, by adding them all; for tests and small n.
std::vector<double> ZipfLaw(int64_t n, double s, double v = 1.0);

/// k of one row. REQUIRES: 1 <= n < 2^51, s >= 0, v > 0.
int64_t ZipfExact(const Key& key, int64_t row, int64_t n, double s, double v = 1.0);

/// The two ends of the area that ZipfExact inverts; constant for one (n, s, v).
struct ZipfEnds {
  double low;   ///< ZipfArea(1/2) - v^-s
  double high;  ///< ZipfArea(n - 1/2)
};
ZipfEnds ZipfEndsOf(int64_t n, double s, double v);
/// ends[i] = ZipfEndsOf(n[i], s, v[i]), side by side.
void ZipfEndsOf(double s, std::span<const int64_t> n, const double* v, ZipfEnds* ends);

/// out[i] = ZipfExact(key, rows[i], n[i], s, v[i]), with the ends given.
/// REQUIRES: low, high, v, n and out hold rows.size().
void ZipfExactOf(const Key& key, double s, std::span<const int64_t> rows,
                 const double* low, const double* high, const double* v, const int64_t* n,
                 int64_t* out);

class FastZipf {
 public:
  /// REQUIRES: 1 <= n < 2^51, s >= 0.
  FastZipf(int64_t n, double s);

  int64_t n() const { return n_; }

  /// k of one row: one cell, and a second one in the tail.
  int64_t At(const Key& key, int64_t row) const;

  /// out[i] = At(key, first_row + i).
  void Of(const Key& key, int64_t first_row, int64_t count, int64_t* out) const;

  /// out[i] = At(key, rows[i]). out must not be rows.data().
  void Of(const Key& key, std::span<const int64_t> rows, int64_t* out) const;

  /// Probabilities of the exact head and, last, of the whole tail.
  const std::vector<double>& head() const { return table_.probabilities(); }

  /// Ends of the area of the tail.
  double tail_low() const { return low_; }
  double tail_high() const { return high_; }

 private:
  void Tail(const Key& key, const int64_t* rows, int64_t count, int64_t* out) const;

  int64_t n_;
  double s_;
  int64_t head_;
  double low_, high_;
  AliasTable table_;
};

}  // namespace lakeseed
