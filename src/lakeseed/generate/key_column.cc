// key: the row's number as primary key, dense and ascending.

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/sequence.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params, BindContext&) {
  ARROW_ASSIGN_OR_RAISE(const int64_t start, params.GetInt64Or("start", 1));
  ARROW_RETURN_NOT_OK(params.Finish());
  return MakeSequence(start, 1, std::nullopt);
}

}  // namespace

extern const GeneratorDef kKey{
    .name = "key",
    .summary = "number the rows of the table: its primary key",
    .params = "start: key of the first row (1)",
    .example = "{key: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
