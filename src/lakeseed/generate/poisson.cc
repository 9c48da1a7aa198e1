// poisson: counts of rare things, restricted to [min, max].
//
// Method  Alias table of the masses, each the one before times mean / k, from
//         the largest outwards. Counts with less than 2^-60 of the largest mass
//         are left out.

#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr double kLargestMean = 1e9;
constexpr double kLeftOut = 0x1p-60;

struct Masses {
  int64_t first = 0;            ///< Count of the first weight.
  std::vector<double> weights;  ///< Relative to the largest.
};

Masses MassesOf(double mean, int64_t min, int64_t max) {
  // The mass grows up to floor(mean); outside the window, up to its near end.
  const int64_t peak = std::clamp(static_cast<int64_t>(std::floor(mean)), min, max);
  std::vector<double> below, above;
  double mass = 1;
  for (int64_t k = peak; k > min; --k) {
    mass = mass * static_cast<double>(k) / mean;
    if (mass < kLeftOut) break;
    below.push_back(mass);
  }
  mass = 1;
  for (int64_t k = peak + 1; k <= max; ++k) {
    mass = mass * mean / static_cast<double>(k);
    if (mass < kLeftOut) break;
    above.push_back(mass);
  }
  Masses masses;
  masses.first = peak - static_cast<int64_t>(below.size());
  masses.weights.assign(below.rbegin(), below.rend());
  masses.weights.push_back(1);
  masses.weights.insert(masses.weights.end(), above.begin(), above.end());
  return masses;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const std::string_view key = params.is_mapping() ? "mean" : "";
  ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble(key));
  ARROW_ASSIGN_OR_RAISE(const int64_t min,
                        params.is_mapping() ? params.GetInt64Or("min", 0) : 0);
  ARROW_ASSIGN_OR_RAISE(const int64_t max, params.is_mapping()
                                               ? params.GetInt64Or("max", INT64_MAX - 1)
                                               : INT64_MAX - 1);
  ARROW_RETURN_NOT_OK(params.Finish());
  if (!(mean > 0)) return params.Error(key, "must be positive", fmt::format("{}", mean));
  if (mean > kLargestMean) {
    return params.Error(key, "must be at most 1e9", fmt::format("{}", mean),
                        "use normal with stddev = sqrt(mean) and type: int64");
  }
  if (min < 0) return params.Error("min", "must not be negative", fmt::format("{}", min));
  if (min > max) {
    return params.Error("max", "must not be below min", fmt::format("{}", max));
  }
  const Masses masses = MassesOf(mean, min, max);
  ARROW_ASSIGN_OR_RAISE(AliasTable law, AliasTable::Make(masses.weights));
  std::vector<int64_t> values(masses.weights.size());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = masses.first + static_cast<int64_t>(i);
  }
  return MakeTableColumn(context.key("value"), arrow::int64(), std::move(values),
                         std::move(law));
}

}  // namespace

extern const GeneratorDef kPoisson{
    .name = "poisson",
    .summary = "draw counts of the Poisson law, restricted to min and max",
    .params =
        "mean: mean of the law before it is restricted\n"
        "min: smallest count (0)\n"
        "max: largest count (none)",
    .example = "{poisson: {mean: 1.6, min: 1, max: 10}}",
    .bind = Bind,
};

}  // namespace lakeseed
