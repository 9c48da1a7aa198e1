// Quantiles: a law of counts as a sorted table of integers with a given sum.
//
// Law: a table's entries lie in [lo, hi] and its sum is round(size * mean), half
// to even; each is within a unit of the law's own quantile wherever the mean
// allows. The table is then the law: its mean is sum / size exactly.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lakeseed {

/// A law on the integers lo, lo + 1, …: probabilities[i] = P(lo + i).
struct CountLaw {
  int64_t lo = 0;
  std::vector<double> probabilities;

  int64_t hi() const { return lo + static_cast<int64_t>(probabilities.size()) - 1; }
};

/// Mean of a law, added from left to right.
double MeanOf(const CountLaw& law);

/// A mean as a fraction of whole numbers: a table of quantiles, whose sum is whole, may
/// be half a unit of its size away from it.
struct MeanFraction {
  int64_t num = 0;
  int64_t den = 0;

  /// floor(num * count / den), of any size. REQUIRES: den > 0, num and count >= 0.
  int64_t Of(int64_t count) const;
};

/// To the nearest billionth. REQUIRES: 0 <= mean <= 10^6.
MeanFraction FractionOf(double mean);

/// The table of a law (weights need not sum to 1), moved to `mean` if given.
/// Method: largest remainder of the point masses, then FillTo.
/// \retval Invalid  no mass, or a mean outside [lo, hi]
arrow::Result<std::vector<int64_t>> QuantileTable(const CountLaw& law,
                                                  int64_t size = 1024,
                                                  std::optional<double> mean = {});

/// Which of a law's outcomes have mass; empty: all of them.
std::vector<bool> MassOf(const CountLaw& law);

/// The table sorted, its entries moved by units, evenly spread over those that may
/// move, until the sum is `want`. With `mass`, of outcomes from `first` on, they move to
/// such outcomes alone, as long as any can.
/// \retval Invalid  `want` is not in [size * lo, size * hi]
arrow::Result<std::vector<int64_t>> FillTo(std::vector<int64_t> table, int64_t want,
                                           int64_t lo, int64_t hi,
                                           const std::vector<bool>& mass = {},
                                           int64_t first = 0);

/// Laws by the mean of the truncated law, found by bisection.
/// \retval Invalid  lo > hi, or a mean outside [lo, hi]
arrow::Result<CountLaw> GeometricLaw(double mean, int64_t lo, int64_t hi);
arrow::Result<CountLaw> PoissonLaw(double mean, int64_t lo, int64_t hi);
/// The Conway-Maxwell-Poisson law, p(k) ~ rate^k / (k!)^shape: a Poisson law whose spread
/// can be stated too. Both are those of the truncated law.
/// \retval Invalid  as above, more than 4096 outcomes, or a spread that no such law has
arrow::Result<CountLaw> PoissonLaw(double mean, double stddev, int64_t lo, int64_t hi);

/// \retval Invalid  lo > hi
arrow::Result<CountLaw> UniformLaw(int64_t lo, int64_t hi);

/// P(values[i]) ~ weights[i]; equal values add up.
/// \retval Invalid  no values, other sizes, a negative weight, all zero
arrow::Result<CountLaw> ChoiceLaw(std::span<const int64_t> values,
                                  std::span<const double> weights);

}  // namespace lakeseed
