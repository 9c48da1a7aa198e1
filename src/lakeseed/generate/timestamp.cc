// timestamp: instants between two times, all equally likely, in UTC.
//
// The times of events come from $time, ordered inside their day; this is for
// instants that have nothing to do with the row's own time.

#include <arrow/type.h>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

arrow::Result<Literal> ReadTime(Params& params, std::string_view key) {
  const SpecNode* node = params.Find(key);
  if (node != nullptr && node->is_scalar()) {
    SpecNode bare = *node;
    bare.quoted = false;
    Literal literal = LiteralOf(bare);
    if (literal.kind == Literal::Kind::kDate ||
        literal.kind == Literal::Kind::kTimestamp) {
      return literal;
    }
    return params.Error(key, "must be a date or a time YYYY-MM-DD HH:MM:SS", node->text);
  }
  return params.Error(key, "needs a date or a time YYYY-MM-DD HH:MM:SS");
}

arrow::Result<int64_t> ReadUnit(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const std::string unit, params.GetTextOr("unit", "second"));
  if (unit == "microsecond") return int64_t{1};
  if (unit == "millisecond") return int64_t{1000};
  if (unit == "second") return kMicrosecondsPerSecond;
  if (unit == "minute") return 60 * kMicrosecondsPerSecond;
  if (unit == "hour") return kMicrosecondsPerHour;
  return params.Error("unit", "unknown unit", unit,
                      "one of microsecond, millisecond, second, minute, hour");
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const Literal from, ReadTime(params, "from"));
  ARROW_ASSIGN_OR_RAISE(const Literal to, ReadTime(params, "to"));
  ARROW_ASSIGN_OR_RAISE(const int64_t unit, ReadUnit(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_ASSIGN_OR_RAISE(const int64_t begin, NumberAs(from, *TimestampType()));
  ARROW_ASSIGN_OR_RAISE(int64_t last, NumberAs(to, *TimestampType()));
  // A date as the end means the whole of that day.
  if (to.kind == Literal::Kind::kDate) last += kMicrosecondsPerDay - 1;
  if (last < begin) return params.Error("to", "must not be before from", to.text);
  const auto count = static_cast<uint64_t>((last - begin) / unit + 1);
  return MakeEvenColumn(context.key("value"), TimestampType(), begin, unit, count);
}

}  // namespace

extern const GeneratorDef kTimestamp{
    .name = "timestamp",
    .summary = "draw instants between two times, all equally likely",
    .params =
        "from: first instant, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS, UTC\n"
        "to: last instant, included; a date means its whole day\n"
        "unit: distance of possible instants: microsecond, millisecond, second, "
        "minute, hour (second)",
    .example = "{timestamp: {from: 2023-01-01, to: 2023-12-31}}",
    .bind = Bind,
};

}  // namespace lakeseed
