#include "lakeseed/evaluate/bind.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/evaluate/functions.h"

namespace lakeseed {

NodePtr Binder::Fail(const Place& place, std::string reason,
                     std::optional<std::string> value, std::string hint) {
  Diagnostic one;
  one.place = place;
  one.path = path_;
  one.reason = std::move(reason);
  one.value = std::move(value);
  one.hint = std::move(hint);
  diagnostics_.push_back(std::move(one));
  return nullptr;
}

NodePtr Binder::Fold(NodePtr node) {
  EvaluateContext context;
  context.length = 1;
  context.pool = arrow::default_memory_pool();
  auto value = node->Evaluate(context);
  if (!value.ok()) {
    for (Diagnostic& one : DiagnosticsOf(value.status())) {
      if (one.path.empty()) one.path = path_;
      diagnostics_.push_back(std::move(one));
    }
    return nullptr;
  }
  value->constant = true;
  ValueType type = node->type();
  type.dictionary = value->dictionary != nullptr;
  if (type.is_exact() && !type.wide() && value->IsValid(0)) {
    // Exactly known, so that sums and products stay in 64 bits.
    const int64_t x = value->as<int64_t>()[0];
    type.limit = x == INT64_MIN ? kMaxInt64 : Int128{x < 0 ? -x : x};
  }
  type.nullable = type.is(ValueKind::kBoolean) ? value->as<uint8_t>()[0] == kUnknown
                                               : !value->IsValid(0);
  return std::make_shared<ConstantNode>(type, node->place(), std::move(*value));
}

NodePtr Binder::Function(const Place& place, ValueType type, std::string name,
                         std::vector<NodePtr> args, Kernel kernel, bool reads_codes,
                         Kernel narrow) {
  int num_varying = 0;
  bool codes = false;
  bool nullable = type.is(ValueKind::kNull);
  for (const NodePtr& arg : args) {
    nullable |= arg->type().nullable;
    if (arg->constant() != nullptr) continue;
    ++num_varying;
    codes = arg->type().dictionary;
  }
  type.dictionary = type.is(ValueKind::kText) && num_varying == 1 && codes;
  type.nullable = nullable;
  auto node =
      std::make_shared<FunctionNode>(type, place, std::move(name), std::move(args),
                                     std::move(kernel), reads_codes, std::move(narrow));
  return num_varying == 0 ? Fold(node) : node;
}

NodePtr Binder::Input(const Place& place, const std::string& name,
                      const NameResolver::Input& input) {
  auto type = ValueTypeOf(*input.type);
  if (!type.ok()) {
    return Fail(place, "column has a type that expressions cannot read",
                fmt::format("{} is {}", name, input.type->ToString()));
  }
  type->nullable = input.nullable;
  auto node = std::make_shared<InputNode>(*type, place, name, input.index, input.type);
  const bool known = std::any_of(inputs_.begin(), inputs_.end(), [&](const auto& other) {
    return other->index() == input.index;
  });
  if (!known) inputs_.push_back(node);
  return node;
}

NodePtr Binder::BindInner(const Expr& expression) {
  const bool before = inner_;
  inner_ = true;
  NodePtr node = Bind(expression);
  inner_ = before;
  return node;
}

NodePtr Binder::Literal(const Expr& expression) {
  switch (expression.kind) {
    case Expr::Kind::kBoolean:
      return BooleanConstant(expression.place,
                             expression.text == "true" ? kTrue : kFalse);
    case Expr::Kind::kText:
      return TextConstant(expression.place, expression.text);
    case Expr::Kind::kDate: {
      const auto days = ParseDate(expression.text);
      if (!days.ok()) return Fail(expression.place, "not a date", expression.text);
      return DateConstant(expression.place, *days);
    }
    default:
      break;
  }
  const auto number = ParseDecimal(expression.text);
  if (!number.ok() || number->scale > kMaxScale) {
    return Fail(expression.place, "number has too many digits", expression.text);
  }
  const bool whole = expression.kind == Expr::Kind::kInteger;
  return ExactConstant(expression.place,
                       whole ? ValueKind::kInteger : ValueKind::kDecimal,
                       number->unscaled, number->scale);
}

bool Binder::BindAll(const std::vector<ExprPtr>& expressions,
                     std::vector<NodePtr>* nodes) {
  bool all = true;
  for (const ExprPtr& expression : expressions) {
    nodes->push_back(Bind(*expression));
    all &= nodes->back() != nullptr;
  }
  return all;
}

NodePtr Binder::Bind(const Expr& expression) {
  using Kind = Expr::Kind;
  switch (expression.kind) {
    case Kind::kNull:
      return Null(expression.place, ValueType{});
    case Kind::kBoolean:
    case Kind::kInteger:
    case Kind::kDecimal:
    case Kind::kText:
    case Kind::kDate:
      return Literal(expression);
    case Kind::kPath:
    case Kind::kMethod:
      return BindName(expression);
    case Kind::kCall:
      return BindCall(expression);
    default:
      break;
  }
  std::vector<NodePtr> args;
  if (!BindAll(expression.args, &args)) return nullptr;
  switch (expression.kind) {
    case Kind::kUnary:
      return expression.text == "-" ? BindNegation(*this, expression, args[0])
                                    : BindNot(*this, expression.place, args[0]);
    case Kind::kIn:
      return BindIn(*this, expression, std::move(args));
    case Kind::kIsNull:
      return BindIsNull(*this, expression, args[0]);
    case Kind::kBetween:
      return BindBetween(*this, expression, std::move(args));
    case Kind::kCase:
      return BindCase(*this, expression, std::move(args));
    default:
      break;
  }
  const std::string& op = expression.text;
  if (op == "and" || op == "or") return BindLogic(*this, expression, std::move(args));
  if (op == "||") return BindConcat(*this, expression, std::move(args));
  if (op == "like" || op == "not like")
    return BindLike(*this, expression, args[0], args[1]);
  if (op == "+" || op == "-" || op == "*" || op == "/" || op == "%") {
    return BindArithmetic(*this, expression, args[0], args[1]);
  }
  return BindComparison(*this, expression, args[0], args[1]);
}

NodePtr Binder::Unresolved(const arrow::Status& status, const Place& place) {
  if (status.IsCancelled()) {
    broken_ = status;
    return nullptr;
  }
  for (Diagnostic& one : DiagnosticsOf(status)) {
    if (one.path.empty()) one.path = path_;
    if (one.place.line == 0) one.place = place;
    diagnostics_.push_back(std::move(one));
  }
  return nullptr;
}

NodePtr Binder::BindName(const Expr& expression) {
  if (resolver_ == nullptr) return Fail(expression.place, "no names are known here");
  auto input = resolver_->Resolve(expression);
  if (!input.ok()) return Unresolved(input.status(), expression.place);
  return Input(expression.place, FormatExpression(expression), *input);
}

NodePtr Binder::BindFold(const Expr& call) {
  if (resolver_ == nullptr) return Fail(call.place, "no tables are known here");
  auto input = resolver_->ResolveFold(call);
  if (!input.ok()) return Unresolved(input.status(), call.place);
  return Input(call.place, FormatExpression(call), *input);
}

NodePtr Binder::BindCall(const Expr& call) {
  const std::string& name = call.text;
  const struct Function* function = FindFunction(name);
  if (function == nullptr) {
    std::vector<std::string_view> names;
    for (const FunctionDef& def : BuiltinFunctions()) names.push_back(def.name);
    return Fail(call.place, "unknown function", name, DidYouMean(name, names));
  }
  const bool is_fold = name == "sum" || name == "count" || name == "avg" ||
                       ((name == "min" || name == "max") && call.args.size() == 1);
  const auto count = static_cast<int>(call.args.size());
  if (count < function->min_args ||
      (function->max_args >= 0 && count > function->max_args)) {
    return Fail(call.place, fmt::format("wrong number of arguments to {}", name),
                std::to_string(count), fmt::format("it is {}", function->def.signature));
  }
  if (is_fold) return BindFold(call);
  if (name == "lookup") return BindLookup(*this, call);
  if (name == "round") return BindRound(*this, call);
  std::vector<NodePtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  if (!CheckArguments(*this, call, *function, &args)) return nullptr;
  return function->bind(*this, call, std::move(args));
}

}  // namespace lakeseed
