// CastExactly: an array in a stated type, or the first value that does not fit.

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/gather.h"

namespace lakeseed {
namespace {

arrow::Status Refuse(const arrow::DataType& from, const arrow::DataType& to) {
  return RequestError(fmt::format("no cast from {} to {}", TypeName(from), TypeName(to)));
}

// The node of `target`'s kind and scale; nullptr if there is no such cast.
NodePtr Convert(Binder& binder, NodePtr node, const ValueType& target) {
  const ValueType& from = node->type();
  if (target.is(ValueKind::kDouble) && from.is_number()) return ToDouble(binder, node);
  if (target.is_exact() && from.is_number()) {
    const bool widens = from.is_exact() && target.scale >= from.scale;
    NodePtr rounded = widens ? node : RoundTo(binder, Place{}, node, target.scale);
    if (rounded == nullptr || rounded->type().scale == target.scale) return rounded;
    ValueType scaled = target;
    scaled.limit = kMaxInt64 + 1;
    return ConvertTo(binder, rounded, scaled);
  }
  if (target.is(ValueKind::kTimestamp) && from.is(ValueKind::kDate)) {
    return ConvertTo(binder, node, target);
  }
  return from.kind == target.kind ? node : nullptr;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> CastExactly(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) {
  if (values->type()->Equals(*type)) return values;
  if (values->type_id() == arrow::Type::NA) {
    return arrow::MakeArrayOfNull(type, values->length(), pool);
  }
  const auto from = ValueTypeOf(*values->type());
  const auto to = ValueTypeOf(*type);
  if (!from.ok() || !to.ok()) return Refuse(*values->type(), *type);
  Binder binder("", nullptr);
  NodePtr node = binder.Input(Place{}, "value", {0, values->type()});
  if (node != nullptr) node = Convert(binder, node, *to);
  if (node == nullptr) return Refuse(*values->type(), *type);
  EvaluateContext context;
  context.inputs = std::span(&values, 1);
  context.length = values->length();
  context.pool = pool;
  context.names = &binder.inputs();
  ARROW_ASSIGN_OR_RAISE(Vector vector, node->Evaluate(context));
  if (vector.dictionary != nullptr && !to->dictionary) {
    ARROW_ASSIGN_OR_RAISE(vector, Expand(vector, context.length, pool));
  } else if (to->dictionary && vector.dictionary == nullptr) {
    ARROW_ASSIGN_OR_RAISE(vector, Encode(vector, context.length, pool));
  }
  Misfit misfit;
  ARROW_ASSIGN_OR_RAISE(
      auto array, WriteArray(vector, node->type(), type, context.length, pool, &misfit));
  if (misfit.row < 0) return array;
  return node->Fail(context, misfit.row, misfit.reason, misfit.value);
}

}  // namespace lakeseed
