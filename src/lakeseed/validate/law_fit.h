// LawFit: counts of categories against declared probabilities.
//
// Method: Pearson's chi-square with small categories merged; the bound is the
// Wilson-Hilferty quantile at six standard deviations, p = 1e-9, so that sound data
// are refused about never. It has no part in any value that is generated.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lakeseed {

struct LawFit {
  bool fits = true;
  double statistic = 0;
  double bound = 0;
};

/// REQUIRES: equal sizes; probabilities sum to 1 but for rounding.
LawFit FitLaw(const std::vector<double>& probabilities,
              const std::vector<int64_t>& counts);

/// Probability that a standard normal number is below z.
double NormalProbability(double z);

/// Means of laws truncated to [min, max]; bounds may be infinite.
double TruncatedNormalMean(double mean, double stddev, double min, double max);
double TruncatedLognormalMean(double mu, double sigma, double min, double max);
double TruncatedExponentialMean(double mean, double min, double max);
double TruncatedPoissonMean(double mean, double min, double max);

}  // namespace lakeseed
