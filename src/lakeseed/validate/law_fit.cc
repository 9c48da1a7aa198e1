#include "lakeseed/validate/law_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lakeseed {
namespace {

constexpr double kSigmas = 6;
constexpr double kLeastExpected = 5;

double Density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * M_PI); }

double BoundFor(double degrees) {
  const double spread = 2 / (9 * degrees);
  return degrees * std::pow(1 - spread + kSigmas * std::sqrt(spread), 3);
}

}  // namespace

LawFit FitLaw(const std::vector<double>& probabilities,
              const std::vector<int64_t>& counts) {
  LawFit result;
  const auto total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  double expected = 0, found = 0, statistic = 0, last_expected = 0;
  int cells = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (probabilities[i] <= 0 && counts[i] > 0) result.fits = false;
    expected += probabilities[i] * total;
    found += static_cast<double>(counts[i]);
    const bool last = i + 1 == counts.size();
    if (expected < kLeastExpected && !last) continue;
    if (expected > 0) {
      // A small rest at the end counts with a floor, so that it cannot rule.
      last_expected = std::max(expected, last ? kLeastExpected : expected);
      statistic += (found - expected) * (found - expected) / last_expected;
      ++cells;
    }
    expected = found = 0;
  }
  result.statistic = statistic;
  if (cells < 2) return result;
  result.bound = BoundFor(cells - 1);
  result.fits &= statistic <= result.bound;
  return result;
}

double NormalProbability(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

double TruncatedNormalMean(double mean, double stddev, double min, double max) {
  if (stddev == 0) return mean;
  const double a = (min - mean) / stddev, b = (max - mean) / stddev;
  const double mass = NormalProbability(b) - NormalProbability(a);
  return mean + stddev * (Density(a) - Density(b)) / mass;
}

double TruncatedLognormalMean(double mu, double sigma, double min, double max) {
  if (sigma == 0) return std::exp(mu);
  const double a = min <= 0 ? -INFINITY : (std::log(min) - mu) / sigma;
  const double b = (std::log(max) - mu) / sigma;
  const double mass = NormalProbability(b) - NormalProbability(a);
  const double part = NormalProbability(sigma - a) - NormalProbability(sigma - b);
  return std::exp(mu + sigma * sigma / 2) * part / mass;
}

double TruncatedExponentialMean(double mean, double min, double max) {
  const double low = std::max(min, 0.0), width = max - low;
  if (std::isinf(width)) return low + mean;
  const double left = std::exp(-width / mean);
  return low + mean - width * left / (1 - left);
}

double TruncatedPoissonMean(double mean, double min, double max) {
  // Masses relative to that of the mode, summed until they vanish.
  const double mode = std::clamp(std::floor(mean), min, std::min(max, 1e12));
  double mass = 1, sum = 1, weighted = mode;
  for (double k = mode; k > min && mass > 1e-18; --k) {
    mass *= k / mean;
    sum += mass;
    weighted += mass * (k - 1);
  }
  mass = 1;
  for (double k = mode + 1; k <= max && mass > 1e-18; ++k) {
    mass *= mean / k;
    sum += mass;
    weighted += mass * k;
  }
  return weighted / sum;
}

}  // namespace lakeseed
