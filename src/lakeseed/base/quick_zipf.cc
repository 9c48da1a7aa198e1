#include "lakeseed/base/quick_zipf.h"

#include <bit>
#include <cmath>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {

namespace internal {

// Rough functions: some of the terms of the exact ones, for normal numbers and results.
// The rest of the series, and rounding, are below their errors.

// Sum of c[i] x^i as a tree: the steps of Horner's scheme wait for each other, and
// that is what a pick would then wait for.
inline double SumOfPowers(double x, const double (&c)[6]) {
  const double x2 = x * x;
  return (c[0] + c[1] * x) + x2 * ((c[2] + c[3] * x) + x2 * (c[4] + c[5] * x));
}
inline double SumOfPowers(double x, const double (&c)[10]) {
  const double x2 = x * x, x4 = x2 * x2;
  const double low = (c[0] + c[1] * x) + x2 * (c[2] + c[3] * x);
  const double middle = (c[4] + c[5] * x) + x2 * (c[6] + c[7] * x);
  return low + x4 * (middle + x4 * (c[8] + c[9] * x));
}

// Natural logarithm with an absolute error below this.
constexpr double kRoughLogError = 3e-11;
inline double RoughLog(double x) {
  constexpr double kOdd[] = {1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11};
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  // Half a unit in the last place of the square root of 1/2 is no matter here.
  const uint64_t above = (bits - 0x3FE6A09E667F3BCD) & 0xFFF0000000000000;
  const double m = std::bit_cast<double>(bits - above);
  const double e = FromInteger((above >> 52 ^ 0x800) & 0xFFF) - 0x800;
  const double q = (m - 1.0) / (m + 1.0);
  return e * (kLn2High + kLn2Low) + 2.0 * q * SumOfPowers(q * q, kOdd);
}

// e^x with a relative error below this. REQUIRES: -100 <= x < 700.
constexpr double kRoughExpError = 2e-11;
inline double RoughExp(double x) {
  constexpr double kInverse[] = {1.0 / 1,     1.0 / 1,     1.0 / 2,   1.0 / 6,
                                 1.0 / 24,    1.0 / 120,   1.0 / 720, 1.0 / 5040,
                                 1.0 / 40320, 1.0 / 362880};
  const double k = Rint(x * kInverseLn2);
  return SumOfPowers(x - k * (kLn2High + kLn2Low), kInverse) * PowerOfTwo(k);
}

// `root` is 1 / (1 - s): a division less for each.
template <bool kLogarithmic>
inline double RoughPositionPlusShift(double area, double s, double root) {
  if constexpr (kLogarithmic) return RoughExp(Select(area > -100.0, area, -100.0));
  const double base = 1 + (1 - s) * area;
  const double y = RoughLog(Select(base > 1e-30, base, 1e-30)) * root;
  return RoughExp(Select(y > -100.0, y, -100.0));
}

// Relative error of the above, where it is in the range of ranks.
double RoughErrorOf(double s) {
  return IsLogarithmic(s) ? kRoughExpError
                          : kRoughLogError / std::abs(1 - s) + kRoughExpError;
}

// The squeeze. The exact test's own bound, y - H^-1(H(y + 1/2) - h(y)) with v = 0, is
// 1/2 - s (s + 1) / (24 y^2) for large y, and nowhere below what this says from y = 1 on.
double BendOf(double s) { return s * (s + 1) / 22; }

// The exponent, and what the squeeze takes of it.
struct Bend {
  double s, bend, error;
};

// The rank of a cell where a rough place says it, and the squeeze accepts it, whatever
// its error; else -1: not decided.
template <bool kLogarithmic>
[[gnu::always_inline]] inline int64_t QuickRank(uint64_t cell, const Bend& of,
                                                double root, double low, double high,
                                                double v, double last) {
  const double unit = (FromInteger(cell >> 12) + 0.5) * 0x1p-52;
  const double y =
      RoughPositionPlusShift<kLogarithmic>(high + unit * (low - high), of.s, root);
  const double margin = y * of.error, x = y - v;
  double k = x + 0.5;
  k = Select(k < 0.0, 0.0, k);
  k = Floor(Select(k > last, last, k));
  const double over = x + 0.5 - k;  // Beyond the rank's begin.
  // Tries with k = 0 always stand, so that a smaller place is no matter.
  const double shifted = k + v, place = Select(shifted > 1.0, shifted, 1.0);
  const double room = (over - margin - kSqueezeMargin) * (place * place);
  // In two masks: as one condition the loop would not be vectorised.
  const bool clear = over <= 1 - margin, accepted = room >= of.bend;
  return ToInteger(k) | (clear ? 0 : -1) | (accepted ? 0 : -1);
}

// Flags are narrow, so that several vectors are on their way together: one alone would
// wait for each of its steps.
template <bool kLogarithmic>
[[gnu::always_inline]] inline void QuickBlock(const Key& key, const Bend& of,
                                              const int64_t* rows, int64_t count,
                                              const double* low, const double* high,
                                              const double* v, const int64_t* n,
                                              int64_t* out, uint8_t* open) {
  const double root = kLogarithmic ? 0.0 : 1 / (1 - of.s);
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    const double last = FromInteger(static_cast<uint64_t>(n[i])) - 1;
    out[i] = QuickRank<kLogarithmic>(Cell(key, rows[i]), of, root, low[i], high[i], v[i],
                                     last);
    open[i] = out[i] < 0 ? 1 : 0;
  }
}

template <bool kLogarithmic>
[[gnu::always_inline]] inline void QuickBlock(const Key& key, const Bend& of,
                                              const int64_t* rows, int64_t count,
                                              const ZipfRanks& law, int64_t* out,
                                              uint8_t* open) {
  const double root = kLogarithmic ? 0.0 : 1 / (1 - of.s);
  const double last = static_cast<double>(law.n - 1);
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    out[i] = QuickRank<kLogarithmic>(Cell(key, rows[i]), of, root, law.ends.low,
                                     law.ends.high, law.v, last);
    open[i] = out[i] < 0 ? 1 : 0;
  }
}

LAKESEED_KERNEL(void, QuickPowerBlock,
                (Key key, Bend of, const int64_t* rows, int64_t count, const double* low,
                 const double* high, const double* v, const int64_t* n, int64_t* out,
                 uint8_t* open),
                (key, of, rows, count, low, high, v, n, out, open)) {
  QuickBlock<false>(key, of, rows, count, low, high, v, n, out, open);
}

LAKESEED_KERNEL(void, QuickLogarithmBlock,
                (Key key, Bend of, const int64_t* rows, int64_t count, const double* low,
                 const double* high, const double* v, const int64_t* n, int64_t* out,
                 uint8_t* open),
                (key, of, rows, count, low, high, v, n, out, open)) {
  QuickBlock<true>(key, of, rows, count, low, high, v, n, out, open);
}

LAKESEED_KERNEL(void, QuickPowerBlockOfOne,
                (Key key, Bend of, const int64_t* rows, int64_t count, ZipfRanks law,
                 int64_t* out, uint8_t* open),
                (key, of, rows, count, law, out, open)) {
  QuickBlock<false>(key, of, rows, count, law, out, open);
}

LAKESEED_KERNEL(void, QuickLogarithmBlockOfOne,
                (Key key, Bend of, const int64_t* rows, int64_t count, ZipfRanks law,
                 int64_t* out, uint8_t* open),
                (key, of, rows, count, law, out, open)) {
  QuickBlock<true>(key, of, rows, count, law, out, open);
}

}  // namespace internal

namespace {

/// The squeeze is right up to here.
constexpr double kSteepest = 1.2;
/// With more ranks than this for an error of one, too many places are not clear.
constexpr double kMaxRoughError = 0.05;

}  // namespace

QuickZipf::QuickZipf(double s)
    : s_(s), bend_(internal::BendOf(s)), error_(internal::RoughErrorOf(s)) {}

bool QuickZipf::Reaches(int64_t n, double v) const {
  return s_ <= kSteepest && Error(n, v) <= kMaxRoughError;
}

void QuickZipf::Of(const Key& key, const int64_t* rows, int64_t count, const double* low,
                   const double* high, const double* v, const int64_t* n, int64_t* out,
                   uint8_t* open) const {
  const auto block = internal::IsLogarithmic(s_) ? &internal::QuickLogarithmBlock
                                                 : &internal::QuickPowerBlock;
  block(key, {s_, bend_, error_}, rows, count, low, high, v, n, out, open);
}

void QuickZipf::Of(const Key& key, const int64_t* rows, int64_t count,
                   const ZipfRanks& law, int64_t* out, uint8_t* open) const {
  const auto block = internal::IsLogarithmic(s_) ? &internal::QuickLogarithmBlockOfOne
                                                 : &internal::QuickPowerBlockOfOne;
  block(key, {s_, bend_, error_}, rows, count, law, out, open);
}

}  // namespace lakeseed
