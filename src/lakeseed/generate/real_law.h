// RealLaw: a law of real numbers as the inverse of its distribution function.
//
// Law: min and max truncate the law as redrawing would: the density inside is
// that of the whole law, divided by the mass inside. One uniform number makes
// one value, so no row ever needs a second try.
// Law: every value lies in [min(), max()]; a larger uniform number never gives
// a smaller value, but for windows wholly above the centre, which are mirrored
// to keep the digits of the tail, for exponential, and for mixtures.
//
// Thread safety: immutable; cheap to copy.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace lakeseed {

class Params;

/// Bounds of a truncated law; infinite where it is open.
struct Bounds {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

class RealLaw {
 public:
  static RealLaw Constant(double value);
  /// REQUIRES: bounds.min <= bounds.max, both finite.
  static RealLaw Uniform(Bounds bounds);
  /// All: REQUIRES: stddev, sigma >= 0, mean > 0 of an exponential.
  /// \retval Invalid  min > max, or no mass between them that doubles can show
  static arrow::Result<RealLaw> Normal(double mean, double stddev, Bounds bounds);
  /// Of e^(mu + sigma z).
  static arrow::Result<RealLaw> Lognormal(double mu, double sigma, Bounds bounds);
  static arrow::Result<RealLaw> Exponential(double mean, Bounds bounds);
  /// Each law in proportion to its weight. One uniform number chooses and
  /// draws. REQUIRES: at least one law; weights >= 0, one above 0.
  static RealLaw Mixture(std::vector<std::pair<double, RealLaw>> parts);

  /// out[i] = value of the uniform number units[i] in (0, 1); out may be
  /// units.data() itself.
  void Of(std::span<const double> units, double* out) const;
  double At(double unit) const {
    double value = 0;
    Of({&unit, 1}, &value);
    return value;
  }

  double min() const { return bounds_.min; }
  double max() const { return bounds_.max; }

 private:
  enum class Kind { kConstant, kUniform, kNormal, kLognormal, kExponential, kMixture };
  struct Parts;

  /// Set the window of probabilities of z in [low, high].
  arrow::Status SetWindow(double low, double high);

  Kind kind_ = Kind::kConstant;
  Bounds bounds_;
  double location_ = 0;                 ///< Mean, mu, or the start of an exponential.
  double scale_ = 0;                    ///< Signed: negative when the window is mirrored.
  double low_ = 0, width_ = 1;          ///< Window of probabilities.
  std::shared_ptr<const Parts> parts_;  ///< Of a mixture.
};

/// Parameters "mean", "stddev" of a normal; "mean", "stddev" (arithmetic) or
/// "median", "log_sigma" of a lognormal; "mean" of an exponential; all with
/// "min" and "max". With `durations` every number is one ("2h") and values are
/// microseconds.
arrow::Result<RealLaw> ReadNormal(Params& params, bool durations = false);
arrow::Result<RealLaw> ReadLognormal(Params& params, bool durations = false);
arrow::Result<RealLaw> ReadExponential(Params& params, bool durations = false);

/// Probability that a standard normal number is <= z, as the inverse of
/// InverseNormal. REQUIRES: z <= 0.
double NormalBelow(double z);

}  // namespace lakeseed
