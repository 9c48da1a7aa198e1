// Function: log, exp, power, sine of turns, inverse normal; bits that are the
// same on every machine.
//
// Law: only + - * / sqrt and work on the bits of doubles, in a fixed order
// (-ffp-contract=off), so any IEEE 754 machine gives the same result. No libm.
// Law: the array versions give the bits of the scalar ones.
//
// Method: atanh series after taking the exponent off; Taylor series after
// Cody-Waite reduction; Wichura's AS241. Errors of a few ulp, tested.
//
// Thread safety: pure functions.

#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace lakeseed {

namespace internal {

inline constexpr double kLn2High = 6.93147180369123816490e-01;
inline constexpr double kLn2Low = 1.90821492927058770002e-10;
inline constexpr double kInverseLn2 = 1.4426950408889634;
inline constexpr double kLeastNormal = 0x1p-1022;
inline constexpr double kTwo52 = 0x1p52;
inline constexpr double kRounder = 0x1.8p52;

// Selects through masks instead of branches: a loop around them is vectorised,
// and nothing is speculated.
inline double Select(bool condition, double a, double b) {
  const uint64_t mask = condition ? ~uint64_t{0} : 0;
  return std::bit_cast<double>((std::bit_cast<uint64_t>(a) & mask) |
                               (std::bit_cast<uint64_t>(b) & ~mask));
}

/// Nearest integer, ties to even. REQUIRES: |x| < 2^51. -0 gives +0.
inline double Rint(double x) { return (x + kRounder) - kRounder; }

/// REQUIRES: 0 <= x < 2^52, an integer.
inline double FromInteger(uint64_t x) {
  return std::bit_cast<double>(x | 0x4330000000000000) - kTwo52;
}

/// REQUIRES: 0 <= x < 2^52, an integer.
inline int64_t ToInteger(double x) {
  return static_cast<int64_t>(std::bit_cast<uint64_t>(x + kTwo52) & 0xFFFFFFFFFFFFF);
}

/// Largest integer <= x. REQUIRES: |x| < 2^51.
inline double Floor(double x) {
  const double r = Rint(x);
  return r - Select(r > x, 1.0, 0.0);
}

/// 2^k. REQUIRES: k an integer in [-1022, 1023].
inline double PowerOfTwo(double k) {
  return std::bit_cast<double>((std::bit_cast<uint64_t>(k + kRounder) + 1023) << 52);
}

template <int kSize>
inline double Horner(double x, const double (&coefficients)[kSize]) {
  double y = coefficients[kSize - 1];
  for (int i = kSize - 2; i >= 0; --i) y = y * x + coefficients[i];
  return y;
}

/// e^(x - k ln 2). REQUIRES: k the integer nearest to x / ln 2.
inline double ExpOfRest(double x, double k) {
  constexpr double kInverse[] = {1.0 / 1,         1.0 / 1,          1.0 / 2,
                                 1.0 / 6,         1.0 / 24,         1.0 / 120,
                                 1.0 / 720,       1.0 / 5040,       1.0 / 40320,
                                 1.0 / 362880,    1.0 / 3628800,    1.0 / 39916800,
                                 1.0 / 479001600, 1.0 / 6227020800, 1.0 / 87178291200};
  return Horner((x - k * kLn2High) - k * kLn2Low, kInverse);
}

/// Natural logarithm of x 2^(1022 - bias). REQUIRES: x >= kLeastNormal, finite.
inline double LogOfNormal(double x, double bias) {
  constexpr double kOdd[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9, 1.0 / 11,
                             1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  const double biased = FromInteger(bits >> 52);
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFF) | 0x3FE0000000000000);
  const bool low = m < 0.70710678118654752440;
  const double e = biased - bias - Select(low, 1.0, 0.0);
  m = Select(low, m * 2.0, m);
  const double s = (m - 1.0) / (m + 1.0);
  const double p = Horner(s * s, kOdd);
  return e * kLn2High + (2.0 * s * p + e * kLn2Low);
}

}  // namespace internal

/// Natural logarithm. REQUIRES: x > 0, finite.
inline double Log(double x) {
  using namespace internal;
  const bool subnormal = x < kLeastNormal;
  return LogOfNormal(Select(subnormal, x * 0x1p54, x),
                     Select(subnormal, 1022.0 + 54.0, 1022.0));
}

/// e^x; 0 and infinity where the result leaves the range. REQUIRES: x not NaN.
inline double Exp(double x) {
  using namespace internal;
  x = Select(x < -1400.0, -1400.0, x);
  x = Select(x > 1400.0, 1400.0, x);
  const double k = Rint(x * kInverseLn2);
  // Two steps, the first exact: so a subnormal result is rounded once, as by ldexp.
  double first = Select(k < -1000.0, -1000.0, k);
  first = Select(first > 1000.0, 1000.0, first);
  double second = k - first;
  second = Select(second < -1022.0, -1022.0, second);
  second = Select(second > 1023.0, 1023.0, second);
  return ExpOfRest(x, k) * PowerOfTwo(first) * PowerOfTwo(second);
}

/// x^p as Exp(p * Log(x)). REQUIRES: x > 0, finite.
inline double Power(double x, double p) { return Exp(p * Log(x)); }

/// sin(2 pi turns). REQUIRES: |turns| < 2^51.
double Sine(double turns);

/// Inverse of the normal distribution function. REQUIRES: 0 < p < 1.
double InverseNormal(double p);

/// Array versions. REQUIRES: out holds in.size(); it may be in.data() itself.
void LogOf(std::span<const double> in, double* out);
void ExpOf(std::span<const double> in, double* out);
void PowerOf(std::span<const double> x, double p, double* out);
void SquareRootOf(std::span<const double> in, double* out);
void InverseNormalOf(std::span<const double> p, double* out);

}  // namespace lakeseed
