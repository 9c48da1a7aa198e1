// How far samples are from a law, for tests of generators at fixed seeds.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace lakeseed {

/// Chi-squared distance in standard deviations from its mean; bins of fewer than
/// ten expected are pooled. A right sampler exceeds 4.5 about once in 10^5.
inline double ChiSquaredScore(const std::vector<int64_t>& counts,
                              const std::vector<double>& probabilities) {
  double total = 0, chi = 0, bins = 0, rest_seen = 0, rest_expected = 0;
  for (const int64_t count : counts) total += static_cast<double>(count);
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto seen = static_cast<double>(counts[i]);
    const double expected = probabilities[i] * total;
    if (expected < 10) {
      rest_seen += seen;
      rest_expected += expected;
      continue;
    }
    chi += (seen - expected) * (seen - expected) / expected;
    bins += 1;
  }
  if (rest_expected >= 1) {
    chi += (rest_seen - rest_expected) * (rest_seen - rest_expected) / rest_expected;
    bins += 1;
  }
  const double freedom = std::max(1.0, bins - 1);
  return (chi - freedom) / std::sqrt(2 * freedom);
}

/// Kolmogorov-Smirnov distance times sqrt(n); above 2.2 about once in 10^4.
inline double KolmogorovScore(std::vector<double> values,
                              const std::function<double(double)>& distribution) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double p = distribution(values[i]);
    const auto below = static_cast<double>(i);
    distance = std::max({distance, p - below / n, (below + 1) / n - p});
  }
  return distance * std::sqrt(n);
}

/// Distribution function of the standard normal law, by the C library: an
/// outside judge of our own functions.
inline double NormalDistribution(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

/// Pearson's.
inline double Correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

}  // namespace lakeseed
