// The common type of several values: for case, coalesce, comparisons, least, in.

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/decimal.h"
#include "lakeseed/evaluate/convert.h"

namespace lakeseed {
namespace {

bool IsTime(const ValueType& type) {
  return type.is(ValueKind::kDate) || type.is(ValueKind::kTimestamp);
}

// A hint for a pair that does not go together.
std::string HintFor(const ValueType& a, const ValueType& b) {
  const auto either = [&](ValueKind kind) { return a.is(kind) || b.is(kind); };
  if (either(ValueKind::kDouble) && either(ValueKind::kDecimal)) {
    return "round the double to a decimal, as in round(x, 2), or write double(…) around "
           "the decimal";
  }
  if (either(ValueKind::kText) && either(ValueKind::kDate)) {
    return "a date is written date '2024-01-31'";
  }
  if (either(ValueKind::kText) && either(ValueKind::kTimestamp)) {
    return "compare with timestamp(date '2024-01-31'), or take date(…) of the time";
  }
  if (either(ValueKind::kText) && (a.is_number() || b.is_number())) {
    return "text(…) makes text of a number";
  }
  if (either(ValueKind::kBoolean)) return "a condition is used as it is, without = true";
  return "";
}

// Widen `common` so that it holds values of `type`; false if they do not go together.
bool Join(const ValueType& type, bool inner, ValueType* common) {
  if (type.is(ValueKind::kNull)) return true;
  if (common->is(ValueKind::kNull)) {
    *common = type;
    return true;
  }
  if (type.is_exact() && common->is_exact()) {
    const int scale = std::max(type.scale, common->scale);
    const auto at_scale = [scale](const ValueType& t) {
      return LimitOfProduct(t.limit, WidePowerOfTen(scale - t.scale));
    };
    common->limit = std::max(at_scale(type), at_scale(*common));
    common->scale = scale;
    if (type.is(ValueKind::kDecimal)) common->kind = ValueKind::kDecimal;
    return true;
  }
  if (type.is_number() && common->is_number()) {
    const ValueType& exact = type.is_exact() ? type : *common;
    if (exact.is(ValueKind::kInteger)) {
      common->kind = ValueKind::kDouble;
      common->scale = 0;
      return true;
    }
    if (type.kind == common->kind) return true;
    if (!inner) return false;
    ValueType joined = exact;
    joined.scale = std::max(exact.scale, kDoubleScale);
    joined.limit = kMaxInt128;
    *common = joined;
    return true;
  }
  if (IsTime(type) && IsTime(*common)) {
    if (type.is(ValueKind::kTimestamp)) common->kind = ValueKind::kTimestamp;
    return true;
  }
  return type.kind == common->kind;
}

}  // namespace

bool Unify(Binder& binder, const Place& place, const std::string& what,
           std::vector<NodePtr>* nodes) {
  ValueType common;
  for (const NodePtr& node : *nodes) {
    const ValueType& type = node->type();
    const ValueType before = common;
    if (Join(type, binder.is_inner(), &common)) continue;
    binder.Fail(node->place().line > 0 ? node->place() : place,
                fmt::format("{} of {} and {} do not go together", what,
                            KindName(before.kind), KindName(type.kind)),
                std::nullopt, HintFor(before, type));
    return false;
  }
  common.dictionary = false;
  for (NodePtr& node : *nodes) {
    ValueType target = common;
    target.nullable = node->type().nullable;
    if (common.is_exact() && node->type().is_exact()) {
      // ConvertTo computes the limit of this one; only the layout is common.
      target.limit = common.limit;
    }
    node = ConvertTo(binder, node, target);
    if (node == nullptr) return false;
  }
  return true;
}

}  // namespace lakeseed
