// round(x, n): the one place where decimals and doubles meet, and division.
//
// Law: the argument is computed exactly (see convert.h for doubles), then rounded
// once, half away from zero. round(a / b, n) rounds the exact quotient; a quotient
// deeper inside is first rounded to 9 digits, or to as many as a has.

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/decimal.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {

NodePtr BindQuotient(Binder& binder, const Place& place, NodePtr a, NodePtr b, int scale);

namespace {

using Wide = unsigned __int128;

Wide SizeOf(Int128 x) { return x < 0 ? ~static_cast<Wide>(x) + 1 : static_cast<Wide>(x); }

// a * up / (b * down), half away from zero; true if it cannot be computed.
bool Divide(Int128 a, Int128 b, Int128 up, Int128 down, Int128* out) {
  Int128 numerator = 0, denominator = 0;
  if (b == 0 || __builtin_mul_overflow(a, up, &numerator) ||
      __builtin_mul_overflow(b, down, &denominator)) {
    return true;
  }
  const Wide n = SizeOf(numerator), d = SizeOf(denominator);
  Wide quotient = 0, rest = 0;
  if (n <= UINT64_MAX && d <= UINT64_MAX) {
    quotient = static_cast<uint64_t>(n) / static_cast<uint64_t>(d);
    rest = static_cast<uint64_t>(n) % static_cast<uint64_t>(d);
  } else {
    quotient = n / d;
    rest = n % d;
  }
  if (rest >= d - rest) ++quotient;
  *out = (numerator < 0) != (denominator < 0) ? -static_cast<Int128>(quotient)
                                              : static_cast<Int128>(quotient);
  return false;
}

template <class A, class B>
Kernel QuotientKernel(Int128 up, Int128 down) {
  return [up, down](const KernelCall& call) {
    return CheckedMap2<A, B, Int128>(call, "division by zero, or a quotient too large",
                                     [up, down](A a, B b, Int128* r) {
                                       *r = 0;
                                       return Divide(a, b, up, down, r);
                                     });
  };
}

// The digits argument of round: a constant whole number.
std::optional<int> BindDigits(Binder& binder, const Expr& call) {
  if (call.args.size() < 2) return 0;
  const NodePtr digits = binder.Bind(*call.args[1]);
  if (digits == nullptr) return std::nullopt;
  const auto value = ConstantInteger(*digits);
  if (value && *value >= -18 && *value <= kMaxScale) return static_cast<int>(*value);
  binder.Fail(call.args[1]->place,
              "digits of round must be a constant whole number from -18 to 18",
              FormatExpression(*call.args[1]), "round(x, 2) gives cents");
  return std::nullopt;
}

// The two sides of round(a / b, n) if both are exact or only one is a double.
NodePtr RoundQuotient(Binder& binder, const Expr& division, int digits, bool* is_exact) {
  *is_exact = false;
  NodePtr a = binder.BindInner(*division.args[0]);
  NodePtr b = binder.BindInner(*division.args[1]);
  *is_exact = true;
  if (a == nullptr || b == nullptr) return nullptr;
  ValueType exact;
  exact.kind = ValueKind::kDecimal;
  exact.scale = kDoubleScale;
  const ValueType& x = a->type();
  const ValueType& y = b->type();
  if (x.is(ValueKind::kDecimal) && y.is(ValueKind::kDouble))
    b = ConvertTo(binder, b, exact);
  else if (y.is(ValueKind::kDecimal) && x.is(ValueKind::kDouble))
    a = ConvertTo(binder, a, exact);
  if (a == nullptr || b == nullptr) return nullptr;
  if (a->type().is_exact() && b->type().is_exact()) {
    return BindQuotient(binder, division.place, a, b, std::max(digits, 0));
  }
  *is_exact = false;
  return BindArithmetic(binder, division, a, b);
}

}  // namespace

NodePtr BindQuotient(Binder& binder, const Place& place, NodePtr a, NodePtr b,
                     int scale) {
  ValueType type = a->type();
  type.kind = ValueKind::kDecimal;
  const int shift = scale - a->type().scale + b->type().scale;
  const Int128 up = WidePowerOfTen(std::max(shift, 0));
  const Int128 down = WidePowerOfTen(std::max(-shift, 0));
  type.scale = scale;
  type.limit = std::max(LimitOfProduct(a->type().limit, up), kMaxInt64 + 1);
  Kernel kernel;
  if (a->type().wide()) {
    kernel = b->type().wide() ? QuotientKernel<Int128, Int128>(up, down)
                              : QuotientKernel<Int128, int64_t>(up, down);
  } else {
    kernel = b->type().wide() ? QuotientKernel<int64_t, Int128>(up, down)
                              : QuotientKernel<int64_t, int64_t>(up, down);
  }
  return binder.Function(place, type, "/", {a, b}, std::move(kernel));
}

NodePtr BindRound(Binder& binder, const Expr& call) {
  const std::optional<int> digits = BindDigits(binder, call);
  const Expr& argument = *call.args[0];
  NodePtr node;
  bool is_exact = false;
  if (argument.kind == Expr::Kind::kBinary && argument.text == "/" && digits) {
    node = RoundQuotient(binder, argument, *digits, &is_exact);
  } else {
    node = binder.BindInner(argument);
  }
  if (node == nullptr || !digits) return nullptr;
  const bool whole = call.args.size() < 2;
  if (node->type().is(ValueKind::kNull)) {
    ValueType type;
    type.kind = whole ? ValueKind::kInteger : ValueKind::kDecimal;
    type.scale = std::max(*digits, 0);
    return binder.Null(call.place, type);
  }
  if (!node->type().is_number()) {
    return binder.Fail(call.place, "round takes a number", Describe(node->type()));
  }
  const bool was_integer = node->type().is(ValueKind::kInteger);
  node = RoundTo(binder, call.place, node, *digits);
  if (node == nullptr || (!whole && !(was_integer && *digits <= 0))) return node;
  return AsInteger(binder, call.place, node);
}

NodePtr AsInteger(Binder& binder, const Place& place, NodePtr node) {
  if (node->type().is(ValueKind::kInteger)) return node;
  ValueType type = node->type();
  type.kind = ValueKind::kInteger;
  return binder.Function(place, type, "round", {node}, [](const KernelCall& call) {
    Vector same = call.args[0];
    same.constant = false;
    return arrow::Result<Vector>(std::move(same));
  });
}

}  // namespace lakeseed
