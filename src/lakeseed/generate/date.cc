// date: days between two dates, both included, all equally likely.

#include "lakeseed/base/date.h"

#include <arrow/type.h>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const int32_t from, params.GetDate("from"));
  ARROW_ASSIGN_OR_RAISE(const int32_t to, params.GetDate("to"));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (to < from) return params.Error("to", "must not be before from", FormatDate(to));
  const auto count = static_cast<uint64_t>(int64_t{to} - from + 1);
  return MakeEvenColumn(context.key("value"), arrow::date32(), from, 1, count);
}

}  // namespace

extern const GeneratorDef kDate{
    .name = "date",
    .summary = "draw days between two dates, all equally likely",
    .params =
        "from: first day, YYYY-MM-DD\n"
        "to: last day, included",
    .example = "{date: {from: 2020-01-01, to: 2024-12-31}}",
    .bind = Bind,
};

}  // namespace lakeseed
