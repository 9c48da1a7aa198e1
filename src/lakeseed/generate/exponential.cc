// exponential: waiting times without memory, truncated at min and max.
//
// Method  min - mean log(v), v uniform on [e^-((max-min)/mean), 1].

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const RealLaw law, ReadExponential(params));
  return MakeRealColumn(params, context, law);
}

}  // namespace

extern const GeneratorDef kExponential{
    .name = "exponential",
    .summary = "draw waiting times of the exponential law, truncated at min and max",
    .params =
        "mean: mean of the law before it is truncated\n"
        "min: smallest value (0)\n"
        "max: largest value (none)",
    .example = "{exponential: {mean: 5, max: 60}}",
    .bind = Bind,
};

}  // namespace lakeseed
