#include "lakeseed/generate/real_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestBelowOne = 1.0 - 0x1p-53;

arrow::Status NoMass() {
  return arrow::Status::Invalid("no value of this law lies between min and max");
}

LAKESEED_KERNEL(void, Clamp, (Bounds bounds, int64_t count, double* values),
                (bounds, count, values)) {
  for (int64_t i = 0; i < count; ++i) {
    values[i] = std::min(std::max(values[i], bounds.min), bounds.max);
  }
}

/// out[i] = location + scale * in[i]; out may be in itself.
LAKESEED_KERNEL(void, Scale,
                (const double* in, double location, double scale, int64_t count,
                 double* out),
                (in, location, scale, count, out)) {
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) out[i] = location + scale * in[i];
}

/// The same, but below 1.
LAKESEED_KERNEL(void, ScaleBelowOne,
                (const double* in, double location, double scale, int64_t count,
                 double* out),
                (in, location, scale, count, out)) {
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    out[i] = std::min(location + scale * in[i], kLargestBelowOne);
  }
}

/// A number, or a duration in microseconds.
arrow::Result<double> ReadNumber(Params& params, std::string_view key, bool durations) {
  if (!durations) return params.GetDouble(key);
  const SpecNode* node = params.is_mapping() ? params.Find(key) : nullptr;
  if (node != nullptr && node->is_scalar() && node->text == "0") return 0.0;
  ARROW_ASSIGN_OR_RAISE(const int64_t microseconds, params.GetDuration(key));
  return static_cast<double>(microseconds);
}

arrow::Result<Bounds> ReadBounds(Params& params, bool durations) {
  Bounds bounds;
  if (!params.is_mapping()) return bounds;
  if (params.Find("min") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(bounds.min, ReadNumber(params, "min", durations));
  }
  if (params.Find("max") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(bounds.max, ReadNumber(params, "max", durations));
  }
  if (bounds.min > bounds.max) {
    return params.Error("max", "must not be below min", fmt::format("{}", bounds.max));
  }
  return bounds;
}

/// The law, or its reason as an error at the parameter that bounds it.
arrow::Result<RealLaw> Placed(const Params& params, arrow::Result<RealLaw> law) {
  if (law.ok()) return law;
  return params.Error(params.Has("max") ? "max" : "min", law.status().message(),
                      std::nullopt, "widen min and max or move the mean");
}

/// Probabilities around that of a standard normal number <= z, as bits: InverseNormal of
/// the first is not above z, of the second it is.
std::pair<uint64_t, uint64_t> AroundNormalBelow(double z) {
  const uint64_t least = std::bit_cast<uint64_t>(1e-305),
                 most = std::bit_cast<uint64_t>(0.5);
  constexpr double kFar = -5, kNear = 1e-12;
  if (z < kFar) return {least, most};
  // Abramowitz and Stegun 26.2.17, right to 7.5e-8; then two steps of Newton's.
  const double density = 0.3989422804014327 * Exp(-0.5 * z * z);
  const double t = 1 / (1 - 0.2316419 * z);
  double p =
      density * t *
      (0.319381530 +
       t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  for (int i = 0; i < 2; ++i) p += (z - InverseNormal(p)) * density;
  const double low = p * (1 - kNear), high = std::min(p * (1 + kNear), 0.5);
  if (!(low > 0) || InverseNormal(low) > z || InverseNormal(high) <= z) {
    return {least, most};
  }
  return {std::bit_cast<uint64_t>(low), std::bit_cast<uint64_t>(high)};
}

}  // namespace

double NormalBelow(double z) {
  if (z >= 0) return 0.5;
  // Positive doubles are ordered as their bits are. The steps are those between the
  // least and the largest probability, whatever is known: InverseNormal does not rise
  // with every bit, so other steps might end a bit beside.
  uint64_t low = std::bit_cast<uint64_t>(1e-305), high = std::bit_cast<uint64_t>(0.5);
  if (InverseNormal(std::bit_cast<double>(low)) > z) return 0;
  const auto [below, above] = AroundNormalBelow(z);
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    const bool is_below =
        middle <= below ||
        (middle < above && InverseNormal(std::bit_cast<double>(middle)) <= z);
    (is_below ? low : high) = middle;
  }
  return std::bit_cast<double>(low);
}

RealLaw RealLaw::Constant(double value) {
  RealLaw law;
  law.bounds_ = {value, value};
  law.location_ = value;
  return law;
}

RealLaw RealLaw::Uniform(Bounds bounds) {
  RealLaw law;
  law.kind_ = Kind::kUniform;
  law.bounds_ = bounds;
  law.location_ = bounds.min;
  law.scale_ = bounds.max - bounds.min;
  return law;
}

arrow::Status RealLaw::SetWindow(double low, double high) {
  if (low > 0) {
    std::swap(low, high);
    low = -low;
    high = -high;
    scale_ = -scale_;
  }
  const double below = low == -kInfinity ? 0.0 : NormalBelow(low);
  const double end = high == kInfinity ? 1.0
                     : high <= 0       ? NormalBelow(high)
                                       : 1.0 - NormalBelow(-high);
  low_ = below;
  width_ = end - below;
  return end > 0 && (width_ > 0 || low == high) ? arrow::Status::OK() : NoMass();
}

arrow::Result<RealLaw> RealLaw::Normal(double mean, double stddev, Bounds bounds) {
  if (stddev == 0) {
    if (mean < bounds.min || mean > bounds.max) return NoMass();
    return Constant(mean);
  }
  if (bounds.min == bounds.max) return Constant(bounds.min);
  RealLaw law;
  law.kind_ = Kind::kNormal;
  law.bounds_ = bounds;
  law.location_ = mean;
  law.scale_ = stddev;
  ARROW_RETURN_NOT_OK(
      law.SetWindow((bounds.min - mean) / stddev, (bounds.max - mean) / stddev));
  return law;
}

arrow::Result<RealLaw> RealLaw::Lognormal(double mu, double sigma, Bounds bounds) {
  if (sigma == 0) {
    const double value = Exp(mu);
    if (value < bounds.min || value > bounds.max) return NoMass();
    return Constant(value);
  }
  if (bounds.max <= 0) return NoMass();
  if (bounds.min == bounds.max) return Constant(bounds.min);
  RealLaw law;
  law.kind_ = Kind::kLognormal;
  law.bounds_ = {std::max(bounds.min, 0.0), bounds.max};
  law.location_ = mu;
  law.scale_ = sigma;
  const auto z = [&](double x) {
    return x <= 0 ? -kInfinity : x == kInfinity ? kInfinity : (Log(x) - mu) / sigma;
  };
  ARROW_RETURN_NOT_OK(law.SetWindow(z(bounds.min), z(bounds.max)));
  return law;
}

arrow::Result<RealLaw> RealLaw::Exponential(double mean, Bounds bounds) {
  if (bounds.max < 0 || bounds.min == kInfinity) return NoMass();
  if (bounds.min == bounds.max) return Constant(bounds.min);
  RealLaw law;
  law.kind_ = Kind::kExponential;
  law.bounds_ = {std::max(bounds.min, 0.0), bounds.max};
  // Without memory: beyond min it is the same law again.
  law.location_ = law.bounds_.min;
  law.scale_ = -mean;
  law.low_ = bounds.max == kInfinity ? 0.0 : Exp(-(bounds.max - law.bounds_.min) / mean);
  law.width_ = 1.0 - law.low_;
  return law;
}

struct RealLaw::Parts {
  std::vector<RealLaw> laws;
  std::vector<double> before;  ///< Share of the laws before each.
  std::vector<double> shares;
};

RealLaw RealLaw::Mixture(std::vector<std::pair<double, RealLaw>> parts) {
  double sum = 0, before = 0;
  for (const auto& [weight, law] : parts) sum += weight;
  auto made = std::make_shared<Parts>();
  RealLaw mixture;
  mixture.kind_ = Kind::kMixture;
  mixture.bounds_ = {kInfinity, -kInfinity};
  for (auto& [weight, law] : parts) {
    if (weight <= 0) continue;
    mixture.bounds_.min = std::min(mixture.bounds_.min, law.min());
    mixture.bounds_.max = std::max(mixture.bounds_.max, law.max());
    made->laws.push_back(std::move(law));
    made->before.push_back(before / sum);
    made->shares.push_back(weight / sum);
    before += weight;
  }
  mixture.parts_ = std::move(made);
  return mixture;
}

void RealLaw::Of(std::span<const double> units, double* out) const {
  const auto count = static_cast<int64_t>(units.size());
  if (kind_ == Kind::kMixture) {
    const std::vector<double>& before = parts_->before;
    for (size_t i = 0; i < units.size(); ++i) {
      const double unit = units[i];
      const auto after = std::upper_bound(before.begin(), before.end(), unit);
      const auto part = static_cast<size_t>(after - before.begin()) - 1;
      // What the choice leaves of the number is uniform again.
      const double left = (unit - before[part]) / parts_->shares[part];
      out[i] = parts_->laws[part].At(std::clamp(left, 0x1p-60, kLargestBelowOne));
    }
    return;
  }
  if (kind_ == Kind::kConstant) {
    std::fill_n(out, count, location_);
    return;
  }
  if (kind_ == Kind::kUniform) {
    Scale(units.data(), location_, scale_, count, out);
    return Clamp(bounds_, count, out);
  }
  ScaleBelowOne(units.data(), low_, width_, count, out);
  const std::span<const double> window(out, units.size());
  if (kind_ == Kind::kExponential) {
    LogOf(window, out);
  } else {
    InverseNormalOf(window, out);
  }
  Scale(out, location_, scale_, count, out);
  if (kind_ == Kind::kLognormal) ExpOf(window, out);
  Clamp(bounds_, count, out);
}

arrow::Result<RealLaw> ReadNormal(Params& params, bool durations) {
  ARROW_ASSIGN_OR_RAISE(const double mean, ReadNumber(params, "mean", durations));
  ARROW_ASSIGN_OR_RAISE(const double stddev, ReadNumber(params, "stddev", durations));
  ARROW_ASSIGN_OR_RAISE(const Bounds bounds, ReadBounds(params, durations));
  if (!(stddev >= 0)) {
    return params.Error("stddev", "must not be negative", fmt::format("{}", stddev));
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  return Placed(params, RealLaw::Normal(mean, stddev, bounds));
}

arrow::Result<RealLaw> ReadLognormal(Params& params, bool durations) {
  double mu = 0, sigma = 0;
  if (params.Find("median") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const double median, ReadNumber(params, "median", durations));
    ARROW_ASSIGN_OR_RAISE(sigma, params.GetDouble("log_sigma"));
    if (!(median > 0)) {
      return params.Error("median", "must be positive", fmt::format("{}", median));
    }
    if (!(sigma >= 0)) {
      return params.Error("log_sigma", "must not be negative", fmt::format("{}", sigma));
    }
    mu = Log(median);
  } else {
    ARROW_ASSIGN_OR_RAISE(const double mean, ReadNumber(params, "mean", durations));
    ARROW_ASSIGN_OR_RAISE(const double stddev, ReadNumber(params, "stddev", durations));
    if (!(mean > 0)) {
      return params.Error("mean", "must be positive", fmt::format("{}", mean));
    }
    if (!(stddev >= 0)) {
      return params.Error("stddev", "must not be negative", fmt::format("{}", stddev));
    }
    const double ratio = stddev / mean;
    const double variance = Log(1.0 + ratio * ratio);
    sigma = std::sqrt(variance);
    mu = Log(mean) - variance / 2;
  }
  ARROW_ASSIGN_OR_RAISE(const Bounds bounds, ReadBounds(params, durations));
  ARROW_RETURN_NOT_OK(params.Finish());
  return Placed(params, RealLaw::Lognormal(mu, sigma, bounds));
}

arrow::Result<RealLaw> ReadExponential(Params& params, bool durations) {
  const std::string_view key = params.is_mapping() ? "mean" : "";
  ARROW_ASSIGN_OR_RAISE(const double mean, ReadNumber(params, key, durations));
  if (!(mean > 0)) {
    return params.Error(key, "must be positive", fmt::format("{}", mean));
  }
  ARROW_ASSIGN_OR_RAISE(const Bounds bounds, ReadBounds(params, durations));
  ARROW_RETURN_NOT_OK(params.Finish());
  return Placed(params, RealLaw::Exponential(mean, bounds));
}

}  // namespace lakeseed
