// key: the row's number from 1 as primary key, dense and ascending. References are
// computed from row numbers, so there is no other first key; `sequence` has one.

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/sequence.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params, BindContext&) {
  ARROW_RETURN_NOT_OK(params.Finish());
  return MakeSequence(1, 1, std::nullopt);
}

}  // namespace

extern const GeneratorDef kKey{
    .name = "key",
    .summary = "number the rows of the table from 1: its primary key",
    .params = "",
    .example = "{key: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
