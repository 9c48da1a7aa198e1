// DecimalStep: doubles that are few multiples of 1, 0.1, 0.01, …, as codes.
//
// Law: a value is n steps if n / 10^decimals, rounded once, has its bits; so a negative
// zero and NaN are no steps.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>

namespace lakeseed {

class DecimalStep {
 public:
  static constexpr int kMostDecimals = 4;
  /// So many steps from zero a value may lie, in both directions.
  static constexpr int64_t kMostSteps = (1 << 20) - 1;
  /// Codes are below.
  static constexpr uint32_t kCodes = 2 * kMostSteps + 1;

  /// REQUIRES: 0 <= decimals <= kMostDecimals.
  explicit DecimalStep(int decimals = 0);

  int decimals() const { return decimals_; }

  /// Set codes[i]: 0, 1, 2, 3, 4, … for 0, -1, 1, -2, 2, … steps; kCodes where a value
  /// has none. Return whether all have one.
  bool CodesOf(const double* values, int64_t n, uint32_t* codes) const;

  /// REQUIRES: code < kCodes.
  double ValueOf(uint32_t code) const {
    const auto steps = static_cast<double>(StepsFromZero(code));
    return (code % 2 == 0 ? steps : -steps) / scale_;
  }
  static int64_t StepsFromZero(uint32_t code) { return (int64_t{code} + 1) / 2; }

 private:
  int decimals_;
  double scale_;  ///< Steps in 1.
};

}  // namespace lakeseed
