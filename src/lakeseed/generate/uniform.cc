// uniform: all values between two bounds equally likely: integers, dates and
// decimals of a stated type exactly, other numbers as doubles.
//
// Method  Multiply-shift of one cell (Lemire 2019); bias at most range / 2^64.

#include <arrow/type.h>
#include <fmt/format.h>

#include <cmath>

#include "lakeseed/base/decimal.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

struct Ends {
  Literal min, max;
};

arrow::Result<Literal> ReadEnd(Params& params, std::string_view key) {
  const SpecNode* node = params.Find(key);
  if (node == nullptr || !node->is_scalar()) {
    return params.Error(key, fmt::format("needs {}", key), std::nullopt,
                        "for example {uniform: [1, 5]} or {uniform: {min: 1, max: 5}}");
  }
  Literal literal = LiteralOf(*node);
  if (literal.kind != Literal::Kind::kText) return literal;
  // Not a literal: a constant expression, such as a parameter.
  ARROW_ASSIGN_OR_RAISE(const DecimalValue value, params.GetDecimal(key));
  literal.kind = value.scale == 0 ? Literal::Kind::kInteger : Literal::Kind::kDecimal;
  literal.number = value.unscaled;
  literal.scale = value.scale;
  return literal;
}

arrow::Result<Ends> ReadEnds(Params& params) {
  Ends ends;
  if (params.is_mapping()) {
    ARROW_ASSIGN_OR_RAISE(ends.min, ReadEnd(params, "min"));
    ARROW_ASSIGN_OR_RAISE(ends.max, ReadEnd(params, "max"));
    ARROW_RETURN_NOT_OK(params.Finish());
    return ends;
  }
  const SpecNode& list = params.value();
  if (!list.is_sequence() || list.items.size() != 2 || !list.items[0].is_scalar() ||
      !list.items[1].is_scalar()) {
    return params.Error("", "needs two bounds", std::nullopt,
                        "for example {uniform: [1, 5]}");
  }
  ends.min = LiteralOf(list.items[0]);
  ends.max = LiteralOf(list.items[1]);
  return ends;
}

/// The type of the values: stated, or by the form of the bounds.
std::shared_ptr<arrow::DataType> TypeOf(const Ends& ends, const BindContext& context) {
  if (context.stated_type() != nullptr) {
    return IntegerTypeFor(NarrowDecimal(context.stated_type()));
  }
  const Literal both[] = {ends.min, ends.max};
  const auto common = CommonType(both);
  return common->id() == arrow::Type::DECIMAL64 ? arrow::float64() : common;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindReal(const Params& params,
                                                         const BindContext& context,
                                                         const Ends& ends) {
  for (const Literal& end : {ends.min, ends.max}) {
    if (end.kind != Literal::Kind::kInteger && end.kind != Literal::Kind::kDecimal) {
      return params.Error("", "must be a number", end.text);
    }
  }
  const Bounds bounds{ends.min.ToDouble(), ends.max.ToDouble()};
  if (bounds.min > bounds.max) {
    return params.Error("max", "must not be below min", ends.max.text);
  }
  return MakeRealColumn(params, context, RealLaw::Uniform(bounds));
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const Ends ends, ReadEnds(params));
  const auto type = TypeOf(ends, context);
  if (type->id() == arrow::Type::DOUBLE) return BindReal(params, context, ends);
  if (!IsIntegerLike(*type)) {
    return params.Error("", "needs two numbers, dates or times",
                        ends.min.text + ", " + ends.max.text);
  }
  const arrow::Result<int64_t> min = NumberAs(ends.min, *type);
  if (!min.ok()) return params.Error("min", min.status().message(), ends.min.text);
  const arrow::Result<int64_t> max = NumberAs(ends.max, *type);
  if (!max.ok()) return params.Error("max", max.status().message(), ends.max.text);
  if (*min > *max) return params.Error("max", "must not be below min", ends.max.text);
  // 0 stands for all 2^64 integers.
  const uint64_t count = static_cast<uint64_t>(*max) - static_cast<uint64_t>(*min) + 1;
  return MakeEvenColumn(context.key("value"), type, *min, 1, count);
}

}  // namespace

extern const GeneratorDef kUniform{
    .name = "uniform",
    .summary = "draw values between two bounds, all equally likely",
    .params =
        "min: smallest value; an integer, a number with a point, a date or a time\n"
        "max: largest value; [min, max] is short for both",
    .example = "{uniform: [1, 6]}",
    .bind = Bind,
};

}  // namespace lakeseed
