// + - * / % and unary minus.
//
// Exact numbers: sums align scales, products add them; 64 bits while the limits
// of the operands say that the result fits, else 128 bits, checked only when
// even those might not do. Doubles: IEEE operations in written order.

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "lakeseed/base/decimal.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {

NodePtr BindDateArithmetic(Binder& binder, const Expr& call, NodePtr a, NodePtr b);
NodePtr BindQuotient(Binder& binder, const Place& place, NodePtr a, NodePtr b, int scale);

namespace {

constexpr char kOverflow[] = "number is too large for exact arithmetic";

struct Add {
  static uint64_t Narrow(uint64_t a, uint64_t b) { return a + b; }
  static Int128 Wide(Int128 a, Int128 b) { return a + b; }
  static bool Checked(Int128 a, Int128 b, Int128* r) {
    return __builtin_add_overflow(a, b, r);
  }
};
struct Subtract {
  static uint64_t Narrow(uint64_t a, uint64_t b) { return a - b; }
  static Int128 Wide(Int128 a, Int128 b) { return a - b; }
  static bool Checked(Int128 a, Int128 b, Int128* r) {
    return __builtin_sub_overflow(a, b, r);
  }
};
struct Multiply {
  static uint64_t Narrow(uint64_t a, uint64_t b) { return a * b; }
  static Int128 Wide(Int128 a, Int128 b) { return a * b; }
  static bool Checked(Int128 a, Int128 b, Int128* r) {
    const auto x = static_cast<int64_t>(a), y = static_cast<int64_t>(b);
    if (x == a && y == b) {
      *r = static_cast<Int128>(x) * y;
      return false;
    }
    return __builtin_mul_overflow(a, b, r);
  }
};

// Always checked where a side is wide: a value under a null may be anything.
template <class Op, class A, class B>
arrow::Result<Vector> WideKernel(const KernelCall& call) {
  if constexpr (std::is_same_v<A, int64_t> && std::is_same_v<B, int64_t>) {
    return Map2<A, B, Int128>(call,
                              [](A a, B b) { return Op::Wide(Int128{a}, Int128{b}); });
  } else {
    return CheckedMap2<A, B, Int128>(
        call, kOverflow, [](A a, B b, Int128* r) { return Op::Checked(a, b, r); });
  }
}

template <class Op>
Kernel ExactKernel(const ValueType& a, const ValueType& b, const ValueType& result) {
  if (!result.wide()) {
    // Operands of a narrow result are narrow: zero times a wide one is widened.
    return [](const KernelCall& call) {
      return Map2<int64_t, int64_t, int64_t>(call, [](int64_t x, int64_t y) {
        return static_cast<int64_t>(
            Op::Narrow(static_cast<uint64_t>(x), static_cast<uint64_t>(y)));
      });
    };
  }
  if (a.wide()) {
    return b.wide() ? WideKernel<Op, Int128, Int128> : WideKernel<Op, Int128, int64_t>;
  }
  return b.wide() ? WideKernel<Op, int64_t, Int128> : WideKernel<Op, int64_t, int64_t>;
}

/// out[i] = a[i * step] * b[i]; returns whether no product can have left 64 bits.
LAKESEED_KERNEL(bool, MultiplySmall,
                (const int64_t* a, int64_t step, const int64_t* b, int64_t length,
                 int64_t* out),
                (a, step, b, length, out)) {
  // As many bits as the largest sizes have, and one at most is missing of a size.
  uint64_t left = 0, right = 0;
  const auto multiply = [&](int64_t i, int64_t x, int64_t y) {
    left |= static_cast<uint64_t>(x ^ (x >> 63));
    right |= static_cast<uint64_t>(y ^ (y >> 63));
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
  };
  if (step == 0) {
    for (int64_t i = 0; i < length; ++i) multiply(i, a[0], b[i]);
  } else {
    for (int64_t i = 0; i < length; ++i) multiply(i, a[i], b[i]);
  }
  return std::bit_width(left) + std::bit_width(right) < 63;
}

/// Products of columns whose limits say too little, such as of counts and prices.
arrow::Result<Vector> NarrowProduct(const KernelCall& call) {
  const bool swap = call.args[1].constant;
  const Vector &a = call.args[swap ? 1 : 0], &b = call.args[swap ? 0 : 1];
  if (b.constant) return Vector{};
  Vector out;
  ARROW_ASSIGN_OR_RAISE(auto* to, NewValues<int64_t>(&out, call.length, call.pool()));
  if (!MultiplySmall(a.as<int64_t>(), a.constant ? 0 : 1, b.as<int64_t>(), call.length,
                     to)) {
    return Vector{};
  }
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

NodePtr BindSum(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  ValueType common = a->type();
  common.scale = std::max(a->type().scale, b->type().scale);
  const bool decimal =
      a->type().is(ValueKind::kDecimal) || b->type().is(ValueKind::kDecimal);
  for (NodePtr* side : {&a, &b}) {
    if ((*side)->type().scale == common.scale) continue;
    ValueType type = (*side)->type();
    type.kind = ValueKind::kDecimal;
    type.limit = LimitOfProduct(type.limit, WidePowerOfTen(common.scale - type.scale));
    type.scale = common.scale;
    *side = ConvertTo(binder, *side, type);
    if (*side == nullptr) return nullptr;
  }
  common.kind = decimal ? ValueKind::kDecimal : ValueKind::kInteger;
  common.limit = LimitOfSum(a->type().limit, b->type().limit);
  Kernel kernel = call.text == "+" ? ExactKernel<Add>(a->type(), b->type(), common)
                                   : ExactKernel<Subtract>(a->type(), b->type(), common);
  return binder.Function(call.place, common, call.text, {a, b}, std::move(kernel));
}

NodePtr BindProduct(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  ValueType type = a->type();
  if (b->type().is(ValueKind::kDecimal)) type.kind = ValueKind::kDecimal;
  type.scale = a->type().scale + b->type().scale;
  const int most = binder.is_inner() ? kMaxInnerScale : kMaxScale;
  if (type.scale > most) {
    return binder.Fail(
        call.place, fmt::format("product has more than {} digits after the point", most),
        std::to_string(type.scale), "round a factor first, as in round(x, 4)");
  }
  type.limit = LimitOfProduct(a->type().limit, b->type().limit);
  if ((a->type().wide() || b->type().wide()) && !type.wide()) type.limit = kMaxInt64 + 1;
  Kernel kernel = ExactKernel<Multiply>(a->type(), b->type(), type);
  const bool may_be_small = type.wide() && !a->type().wide() && !b->type().wide();
  return binder.Function(call.place, type, "*", {a, b}, std::move(kernel), false,
                         may_be_small ? Kernel(NarrowProduct) : nullptr);
}

NodePtr BindRemainder(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (!a->type().is(ValueKind::kInteger) || !b->type().is(ValueKind::kInteger)) {
    return binder.Fail(call.place, "% takes integers",
                       Describe(a->type()) + " % " + Describe(b->type()));
  }
  a = Narrow(binder, a);
  b = Narrow(binder, b);
  if (a == nullptr || b == nullptr) return nullptr;
  ValueType type = a->type();
  type.limit = std::min(type.limit, b->type().limit);
  return binder.Function(call.place, type, "%", {a, b}, [](const KernelCall& c) {
    return CheckedMap2<int64_t, int64_t, int64_t>(c, "division by zero",
                                                  [](int64_t x, int64_t y, int64_t* r) {
                                                    *r = y == 0 || y == -1 ? 0 : x % y;
                                                    return y == 0;
                                                  });
  });
}

NodePtr BindDouble(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (call.text == "%") {
    return binder.Fail(call.place, "% takes integers", "double");
  }
  a = ToDouble(binder, a);
  b = ToDouble(binder, b);
  if (a == nullptr || b == nullptr) return nullptr;
  const ValueType type = a->type();
  const auto bind = [&](Kernel kernel) {
    return binder.Function(call.place, type, call.text, {a, b}, std::move(kernel));
  };
  using D = double;
  switch (call.text[0]) {
    case '+':
      return bind([](const KernelCall& c) {
        return Map2<D, D, D>(c, [](D x, D y) { return x + y; });
      });
    case '-':
      return bind([](const KernelCall& c) {
        return Map2<D, D, D>(c, [](D x, D y) { return x - y; });
      });
    case '*':
      return bind([](const KernelCall& c) {
        return Map2<D, D, D>(c, [](D x, D y) { return x * y; });
      });
    default:
      return bind([](const KernelCall& c) {
        return CheckedMap2<D, D, D>(c, "division by zero", [](D x, D y, D* r) {
          *r = x / y;
          return y == 0;
        });
      });
  }
}

NodePtr BindDivision(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (!binder.is_inner()) {
    const bool integers =
        a->type().is(ValueKind::kInteger) && b->type().is(ValueKind::kInteger);
    return binder.Fail(
        call.place,
        fmt::format("/ of {} and {} is not exact", KindName(a->type().kind),
                    KindName(b->type().kind)),
        std::nullopt,
        integers ? "div(a, b) is the whole quotient; round(a / b, 2) the rounded one"
                 : "say how to round: round(a / b, 2)");
  }
  return BindQuotient(binder, call.place, a, b,
                      std::max({kDoubleScale, a->type().scale}));
}

NodePtr BindExact(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  switch (call.text[0]) {
    case '*':
      return BindProduct(binder, call, a, b);
    case '/':
      return BindDivision(binder, call, a, b);
    case '%':
      return BindRemainder(binder, call, a, b);
    default:
      return BindSum(binder, call, a, b);
  }
}

bool IsTimeLike(const ValueType& type) {
  return type.is(ValueKind::kDate) || type.is(ValueKind::kTimestamp) ||
         type.is(ValueKind::kDuration);
}

}  // namespace

NodePtr BindArithmetic(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (a->type().is(ValueKind::kNull)) a = binder.Null(a->place(), b->type());
  if (b->type().is(ValueKind::kNull)) b = binder.Null(b->place(), a->type());
  const ValueType& x = a->type();
  const ValueType& y = b->type();
  if (x.is(ValueKind::kNull)) return a;
  if (IsTimeLike(x) || IsTimeLike(y)) return BindDateArithmetic(binder, call, a, b);
  if (!x.is_number() || !y.is_number()) {
    const bool text = x.is(ValueKind::kText) || y.is(ValueKind::kText);
    return binder.Fail(call.place, fmt::format("{} takes numbers", call.text),
                       fmt::format("{} {} {}", Describe(x), call.text, Describe(y)),
                       text && call.text == "+" ? "|| joins texts" : "");
  }
  if (x.is_exact() && y.is_exact()) return BindExact(binder, call, a, b);
  if (!x.is(ValueKind::kDecimal) && !y.is(ValueKind::kDecimal)) {
    return BindDouble(binder, call, a, b);
  }
  if (!binder.is_inner()) {
    return binder.Fail(
        call.place, fmt::format("{} of decimal and double is not exact", call.text),
        std::nullopt,
        "say how to round: round(… , 2); or write double(…) around the decimal");
  }
  NodePtr& real = x.is(ValueKind::kDouble) ? a : b;
  ValueType exact;
  exact.kind = ValueKind::kDecimal;
  exact.scale = kDoubleScale;
  real = ConvertTo(binder, real, exact);
  return real == nullptr ? nullptr : BindExact(binder, call, a, b);
}

NodePtr BindNegation(Binder& binder, const Expr& call, NodePtr a) {
  const ValueType& type = a->type();
  if (type.is(ValueKind::kNull)) return a;
  if (type.is(ValueKind::kDouble)) {
    return binder.Function(call.place, type, "-", {a}, [](const KernelCall& c) {
      return Map1<double, double>(c, [](double x) { return -x; });
    });
  }
  if (!type.is_exact() && !type.is(ValueKind::kDuration)) {
    return binder.Fail(call.place, "- takes a number", Describe(type));
  }
  if (type.wide()) {
    return binder.Function(call.place, type, "-", {a}, [](const KernelCall& c) {
      return CheckedMap1<Int128, Int128>(c, kOverflow, [](Int128 x, Int128* r) {
        return __builtin_sub_overflow(Int128{0}, x, r);
      });
    });
  }
  return binder.Function(call.place, type, "-", {a}, [](const KernelCall& c) {
    return CheckedMap1<int64_t, int64_t>(c, kOverflow, [](int64_t x, int64_t* r) {
      return __builtin_sub_overflow(int64_t{0}, x, r);
    });
  });
}

}  // namespace lakeseed
