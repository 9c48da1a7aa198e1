// and, or, not, is null: Kleene's logic on truth bytes, and laziness of errors.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "lakeseed/evaluate/bind.h"
#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

ValueType TruthType(bool nullable) {
  ValueType type;
  type.kind = ValueKind::kBoolean;
  type.nullable = nullable;
  return type;
}

// The right side's errors count only where the left side leaves it open.
class LogicNode final : public Node {
 public:
  LogicNode(ValueType type, Place place, bool is_and, std::vector<NodePtr> args)
      : Node(type, std::move(place)), is_and_(is_and), args_(std::move(args)) {}

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    const uint8_t settled = is_and_ ? kFalse : kTrue;
    Vector out, mask;
    ARROW_ASSIGN_OR_RAISE(uint8_t * truth,
                          NewValues<uint8_t>(&out, context.length, context.pool));
    ARROW_ASSIGN_OR_RAISE(uint8_t * open,
                          NewValues<uint8_t>(&mask, context.length, context.pool));
    std::fill_n(truth, context.length, uint8_t{is_and_ ? kTrue : kFalse});
    EvaluateContext inner = context;
    for (const NodePtr& arg : args_) {
      ARROW_ASSIGN_OR_RAISE(Vector value, arg->Evaluate(inner));
      Merge(value, context.length, truth);
      MarkUnsettled(truth, settled, context.active, context.length, open);
      inner.active = open;
    }
    return out;
  }

 private:
  void Merge(const Vector& value, int64_t length, uint8_t* truth) const {
    const uint8_t* other = value.as<uint8_t>();
    const auto merge = is_and_ ? LowerTruths : RaiseTruths;
    if (!value.constant) return merge(other, length, truth);
    const std::vector<uint8_t> all(static_cast<size_t>(length), other[0]);
    merge(all.data(), length, truth);
  }

  const bool is_and_;
  const std::vector<NodePtr> args_;
};

class IsNullNode final : public Node {
 public:
  IsNullNode(ValueType type, Place place, bool negated, NodePtr arg)
      : Node(type, std::move(place)), negated_(negated), arg_(std::move(arg)) {}

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(Vector value, arg_->Evaluate(context));
    Vector out;
    ARROW_ASSIGN_OR_RAISE(uint8_t * truth,
                          NewValues<uint8_t>(&out, context.length, context.pool));
    const uint8_t if_null = negated_ ? kFalse : kTrue;
    const uint8_t if_not = negated_ ? kTrue : kFalse;
    const int64_t step = value.constant ? 0 : 1;
    if (arg_->type().is(ValueKind::kBoolean)) {
      const uint8_t* given = value.as<uint8_t>();
      for (int64_t i = 0; i < context.length; ++i) {
        truth[i] = given[i * step] == kUnknown ? if_null : if_not;
      }
    } else if (value.valid == nullptr) {
      std::memset(truth, if_not, static_cast<size_t>(context.length));
    } else {
      for (int64_t i = 0; i < context.length; ++i) {
        truth[i] = value.valid[i * step] == 0 ? if_null : if_not;
      }
    }
    return out;
  }

 private:
  const bool negated_;
  const NodePtr arg_;
};

// A condition, or the null literal as one.
NodePtr Condition(Binder& binder, const std::string& op, NodePtr node) {
  if (node->type().is(ValueKind::kBoolean)) return node;
  if (node->type().is(ValueKind::kNull))
    return binder.Null(node->place(), TruthType(true));
  return binder.Fail(node->place(), fmt::format("{} takes conditions", op),
                     Describe(node->type()), "compare it with something");
}

}  // namespace

NodePtr BindLogic(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  bool constant = true, nullable = false;
  for (NodePtr& arg : args) {
    if ((arg = Condition(binder, call.text, arg)) == nullptr) return nullptr;
    constant &= arg->constant() != nullptr;
    nullable |= arg->type().nullable;
  }
  NodePtr node = std::make_shared<LogicNode>(TruthType(nullable), call.place,
                                             call.text == "and", std::move(args));
  return constant ? binder.Fold(node) : node;
}

NodePtr BindNot(Binder& binder, const Place& place, NodePtr a) {
  if ((a = Condition(binder, "not", a)) == nullptr) return nullptr;
  return binder.Function(place, TruthType(true), "not", {a}, [](const KernelCall& call) {
    return Map1<uint8_t, uint8_t>(call,
                                  [](uint8_t x) { return static_cast<uint8_t>(2 - x); });
  });
}

NodePtr BindIsNull(Binder& binder, const Expr& call, NodePtr a) {
  const bool constant = a->constant() != nullptr;
  NodePtr node = std::make_shared<IsNullNode>(TruthType(false), call.place,
                                              call.text == "not", std::move(a));
  return constant ? binder.Fold(node) : node;
}

}  // namespace lakeseed
