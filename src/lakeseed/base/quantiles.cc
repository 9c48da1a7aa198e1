#include "lakeseed/base/quantiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

// A law's table is as long as its range; more than this is a mistake in a spec.
constexpr int64_t kMaxOutcomes = int64_t{1} << 20;
/// Of laws with a stated spread, which take the longer to find the more there are.
constexpr int64_t kMostSpreadOutcomes = 4096;
constexpr double kMostShape = 20;

double Total(std::span<const double> x) {
  double sum = 0.0;
  for (double one : x) sum += one;
  return sum;
}

arrow::Status CheckRange(int64_t lo, int64_t hi) {
  if (lo > hi) return RequestError(fmt::format("min is above max: {} > {}", lo, hi));
  if (hi - lo >= kMaxOutcomes) {
    return RequestError(
        fmt::format("more than {} outcomes: {} to {}", kMaxOutcomes, lo, hi));
  }
  return arrow::Status::OK();
}

arrow::Status CheckMean(double mean, int64_t lo, int64_t hi) {
  if (mean >= static_cast<double>(lo) && mean <= static_cast<double>(hi)) {
    return arrow::Status::OK();
  }
  return RequestError(fmt::format("mean is outside [{}, {}]: {}", lo, hi, mean),
                      "move min, max or the mean");
}

// Weights r^0, r^1, …, by multiplication.
std::vector<double> Powers(double r, int64_t count) {
  std::vector<double> w(static_cast<size_t>(count));
  double power = 1.0;
  for (double& one : w) {
    one = power;
    power *= r;
  }
  return w;
}

// Weights of a Poisson law on lo .. hi, 1 at its mode: no overflow for any rate.
std::vector<double> PoissonWeights(double rate, int64_t lo, int64_t hi) {
  std::vector<double> w(static_cast<size_t>(hi - lo + 1));
  const auto mode = static_cast<int64_t>(std::min(
      std::max(internal::Floor(rate), static_cast<double>(lo)), static_cast<double>(hi)));
  w[static_cast<size_t>(mode - lo)] = 1.0;
  for (int64_t k = mode + 1; k <= hi; ++k) {
    w[static_cast<size_t>(k - lo)] =
        w[static_cast<size_t>(k - 1 - lo)] * (rate / static_cast<double>(k));
  }
  for (int64_t k = mode; k > lo; --k) {
    w[static_cast<size_t>(k - 1 - lo)] =
        w[static_cast<size_t>(k - lo)] * (static_cast<double>(k) / rate);
  }
  return w;
}

double WeightedMean(std::span<const double> w, int64_t lo) {
  double sum = 0.0;
  for (size_t i = 0; i < w.size(); ++i) sum += w[i] * static_cast<double>(i);
  return sum / Total(w) + static_cast<double>(lo);
}

double SpreadOf(std::span<const double> w, int64_t lo) {
  const double mean = WeightedMean(w, lo);
  double sum = 0.0;
  for (size_t i = 0; i < w.size(); ++i) {
    const double off = static_cast<double>(lo) + static_cast<double>(i) - mean;
    sum += w[i] * off * off;
  }
  return std::sqrt(sum / Total(w));
}

// Weights rate^k / (k!)^shape on lo .. hi, of which the rate makes the mean.
std::vector<double> ShapedWeights(double mean, double shape, int64_t lo, int64_t hi) {
  const auto size = static_cast<size_t>(hi - lo + 1);
  std::vector<double> logs(size), w(size);
  for (size_t i = 1; i < size; ++i) {
    logs[i] = logs[i - 1] - shape * Log(static_cast<double>(lo) + static_cast<double>(i));
  }
  // Beyond these all mass is at one end.
  const double far = 64 + kMostShape * Log(static_cast<double>(hi) + 1);
  double a = -far, b = far;
  for (int round = 0; round < 80; ++round) {
    const double rate = (a + b) / 2;
    double top = 0;
    for (size_t i = 0; i < size; ++i) {
      w[i] = logs[i] + static_cast<double>(i) * rate;
      top = i == 0 ? w[i] : std::max(top, w[i]);
    }
    for (double& one : w) one -= top;
    ExpOf(w, w.data());
    (WeightedMean(w, lo) < mean ? a : b) = rate;
  }
  return w;
}

CountLaw Normalised(std::vector<double> w, int64_t lo) {
  const double total = Total(w);
  for (double& one : w) one /= total;
  return {lo, std::move(w)};
}

}  // namespace

int64_t MeanFraction::Of(int64_t count) const {
  return static_cast<int64_t>(static_cast<unsigned __int128>(num) *
                              static_cast<uint64_t>(count) / static_cast<uint64_t>(den));
}

MeanFraction FractionOf(double mean) {
  constexpr int64_t kBillion = 1'000'000'000;
  const auto num =
      static_cast<int64_t>(internal::Rint(mean * static_cast<double>(kBillion)));
  const int64_t common = std::gcd(num, kBillion);
  return {num / common, kBillion / common};
}

double MeanOf(const CountLaw& law) {
  double sum = 0.0;
  for (size_t i = 0; i < law.probabilities.size(); ++i) {
    sum += law.probabilities[i] * static_cast<double>(law.lo + static_cast<int64_t>(i));
  }
  return sum;
}

arrow::Result<std::vector<int64_t>> QuantileTable(const CountLaw& law, int64_t size,
                                                  std::optional<double> mean) {
  if (!(Total(law.probabilities) > 0.0))
    return RequestError("a law of counts without mass");
  const CountLaw unit = Normalised(law.probabilities, law.lo);
  const size_t outcomes = unit.probabilities.size();
  std::vector<double> exact(outcomes);
  std::vector<int64_t> count(outcomes);
  int64_t given = 0;
  for (size_t i = 0; i < outcomes; ++i) {
    exact[i] = unit.probabilities[i] * static_cast<double>(size);
    count[i] = static_cast<int64_t>(exact[i]);
    given += count[i];
  }
  std::vector<size_t> order(outcomes);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return exact[a] - static_cast<double>(count[a]) >
           exact[b] - static_cast<double>(count[b]);
  });
  for (size_t i = 0; i < order.size() && given < size; ++i, ++given) ++count[order[i]];
  std::vector<int64_t> table;
  table.reserve(static_cast<size_t>(size));
  for (size_t i = 0; i < outcomes; ++i) {
    table.insert(table.end(), static_cast<size_t>(count[i]),
                 law.lo + static_cast<int64_t>(i));
  }
  const double wanted = mean ? *mean : MeanOf(unit);
  if (mean) ARROW_RETURN_NOT_OK(CheckMean(wanted, law.lo, law.hi()));
  const auto want =
      static_cast<int64_t>(internal::Rint(static_cast<double>(size) * wanted));
  return FillTo(std::move(table), want, law.lo, law.hi(), MassOf(law), law.lo);
}

std::vector<bool> MassOf(const CountLaw& law) {
  std::vector<bool> mass;
  for (const double one : law.probabilities) mass.push_back(one > 0);
  const bool is_whole = std::find(mass.begin(), mass.end(), false) == mass.end();
  return is_whole ? std::vector<bool>() : mass;
}

arrow::Result<std::vector<int64_t>> FillTo(std::vector<int64_t> table, int64_t want,
                                           int64_t lo, int64_t hi,
                                           const std::vector<bool>& mass, int64_t first) {
  const auto sort = [&table] {  // Mostly in order already.
    if (!std::is_sorted(table.begin(), table.end()))
      std::sort(table.begin(), table.end());
  };
  sort();
  std::vector<size_t> may;
  for (;;) {
    const int64_t gap = want - std::accumulate(table.begin(), table.end(), int64_t{0});
    if (gap == 0) return table;
    const int64_t step = gap > 0 ? 1 : -1;
    const auto find = [&](auto can_be) {
      may.clear();
      for (size_t i = 0; i < table.size(); ++i) {
        const int64_t to = table[i] + step;
        if (to >= lo && to <= hi && can_be(to)) may.push_back(i);
      }
    };
    if (!mass.empty()) {
      find([&](int64_t to) { return mass[static_cast<size_t>(to - first)]; });
    }
    if (mass.empty() || may.empty()) find([](int64_t) { return true; });
    if (may.empty()) {
      return RequestError(fmt::format("{} counts in [{}, {}] cannot sum to {}",
                                      table.size(), lo, hi, want),
                          "move min, max or the total");
    }
    const auto last = static_cast<int64_t>(may.size()) - 1;
    const int64_t moves = std::min(gap > 0 ? gap : -gap, last + 1);
    for (int64_t i = 0; i < moves; ++i) {
      const int64_t place = i * last / std::max<int64_t>(moves - 1, 1);
      table[may[static_cast<size_t>(place)]] += step;
    }
    sort();
  }
}

arrow::Result<CountLaw> GeometricLaw(double mean, int64_t lo, int64_t hi) {
  ARROW_RETURN_NOT_OK(CheckRange(lo, hi));
  ARROW_RETURN_NOT_OK(CheckMean(mean, lo, hi));
  const int64_t count = hi - lo + 1;
  double a = 1e-9, b = 1 - 1e-9, r = 0.0;
  for (int i = 0; i < 200; ++i) {
    r = (a + b) / 2;
    (WeightedMean(Powers(r, count), lo) < mean ? a : b) = r;
  }
  return Normalised(Powers(r, count), lo);
}

arrow::Result<CountLaw> PoissonLaw(double mean, int64_t lo, int64_t hi) {
  ARROW_RETURN_NOT_OK(CheckRange(lo, hi));
  ARROW_RETURN_NOT_OK(CheckMean(mean, lo, hi));
  if (lo < 0) return RequestError(fmt::format("min of a Poisson law is below 0: {}", lo));
  // The truncated mean rises with the rate, from lo to hi.
  double a = 1e-9, b = 1.0, rate = 0.0;
  while (WeightedMean(PoissonWeights(b, lo, hi), lo) < mean && b < 0x1p40) b *= 2;
  for (int i = 0; i < 200; ++i) {
    rate = (a + b) / 2;
    (WeightedMean(PoissonWeights(rate, lo, hi), lo) < mean ? a : b) = rate;
  }
  return Normalised(PoissonWeights(rate, lo, hi), lo);
}

arrow::Result<CountLaw> PoissonLaw(double mean, double stddev, int64_t lo, int64_t hi) {
  ARROW_RETURN_NOT_OK(CheckRange(lo, hi));
  ARROW_RETURN_NOT_OK(CheckMean(mean, lo, hi));
  if (lo < 0) return RequestError(fmt::format("min of a Poisson law is below 0: {}", lo));
  if (hi - lo >= kMostSpreadOutcomes) {
    return RequestError(
        fmt::format("a stated stddev is for at most {} outcomes: {} to {}",
                    kMostSpreadOutcomes, lo, hi));
  }
  // The spread falls as the shape rises.
  double a = -kMostShape, b = kMostShape, shape = 0;
  const double widest = SpreadOf(ShapedWeights(mean, a, lo, hi), lo),
               narrowest = SpreadOf(ShapedWeights(mean, b, lo, hi), lo);
  if (stddev > widest || stddev < narrowest) {
    return RequestError(
        fmt::format("stddev is outside [{:.3f}, {:.3f}]: {}", narrowest, widest, stddev),
        "no law of counts with this mean, min and max has it");
  }
  for (int i = 0; i < 60; ++i) {
    shape = (a + b) / 2;
    (SpreadOf(ShapedWeights(mean, shape, lo, hi), lo) > stddev ? a : b) = shape;
  }
  return Normalised(ShapedWeights(mean, shape, lo, hi), lo);
}

arrow::Result<CountLaw> UniformLaw(int64_t lo, int64_t hi) {
  ARROW_RETURN_NOT_OK(CheckRange(lo, hi));
  return Normalised(std::vector<double>(static_cast<size_t>(hi - lo + 1), 1.0), lo);
}

arrow::Result<CountLaw> ChoiceLaw(std::span<const int64_t> values,
                                  std::span<const double> weights) {
  if (values.empty() || values.size() != weights.size()) {
    return RequestError(
        fmt::format("a choice of counts needs a weight for each value: {} "
                    "values, {} weights",
                    values.size(), weights.size()));
  }
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  ARROW_RETURN_NOT_OK(CheckRange(*lo, *hi));
  std::vector<double> w(static_cast<size_t>(*hi - *lo + 1), 0.0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!(weights[i] >= 0.0)) {
      return RequestError(fmt::format("weight must be a number >= 0: {}", weights[i]));
    }
    w[static_cast<size_t>(values[i] - *lo)] += weights[i];
  }
  if (!(Total(w) > 0.0)) return RequestError("sum of weights must be above 0");
  return Normalised(std::move(w), *lo);
}

}  // namespace lakeseed
