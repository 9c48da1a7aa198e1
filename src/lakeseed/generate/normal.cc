// normal: the bell curve, truncated at min and max.
//
// Method  Inverse distribution function (Wichura AS241) of one uniform number;
//         truncation narrows the window of probabilities, which is the law that
//         redrawing would give.

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const RealLaw law, ReadNormal(params));
  return MakeRealColumn(params, context, law);
}

}  // namespace

extern const GeneratorDef kNormal{
    .name = "normal",
    .summary = "draw from the normal law, truncated at min and max",
    .params =
        "mean: mean of the law before it is truncated\n"
        "stddev: standard deviation before it is truncated\n"
        "min: smallest value (none)\n"
        "max: largest value (none)",
    .example = "{normal: {mean: 42, stddev: 15, min: 18, max: 95}}",
    .bind = Bind,
};

}  // namespace lakeseed
