// lognormal: e to the power of a normal number, truncated at min and max.
//
// Method  As normal, in log space. With mean m and standard deviation d of the
//         values themselves: sigma^2 = log(1 + (d/m)^2), mu = log(m) - sigma^2 / 2.

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const RealLaw law, ReadLognormal(params));
  return MakeRealColumn(params, context, law);
}

}  // namespace

extern const GeneratorDef kLognormal{
    .name = "lognormal",
    .summary = "draw positive numbers with a long tail, truncated at min and max",
    .params =
        "mean: arithmetic mean of the values, with stddev\n"
        "stddev: standard deviation of the values\n"
        "median: median of the values, instead of mean, with log_sigma\n"
        "log_sigma: standard deviation of the logarithm\n"
        "min: smallest value (none)\n"
        "max: largest value (none)",
    .example = "{lognormal: {mean: 80, stddev: 60, min: 5}}",
    .bind = Bind,
};

}  // namespace lakeseed
