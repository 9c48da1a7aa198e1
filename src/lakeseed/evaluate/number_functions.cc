// Functions of numbers: abs, ceil, div, exp, floor, log, mod, power, sign, sqrt, double.

#include <algorithm>
#include <cmath>

#include "lakeseed/base/function.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

constexpr char kTooLarge[] = "integer does not fit 64 bits";

// Run `exact` on 64 bits or `real` on doubles.
template <class Exact, class Real>
NodePtr BindNumber(Binder& binder, const Expr& call, NodePtr arg, ValueType type,
                   Exact exact, Real real) {
  if (arg->type().is(ValueKind::kDouble)) {
    return binder.Function(call.place, type, call.text, {arg}, real);
  }
  arg = Narrow(binder, arg);
  return arg == nullptr ? nullptr
                        : binder.Function(call.place, type, call.text, {arg}, exact);
}

NodePtr BindAbs(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  ValueType type = args[0]->type();
  if (type.wide()) type.limit = kMaxInt64;
  return BindNumber(
      binder, call, args[0], type,
      [](const KernelCall& c) {
        return CheckedMap1<int64_t, int64_t>(c, kTooLarge, [](int64_t x, int64_t* r) {
          *r = x < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(x)) : x;
          return x == INT64_MIN;
        });
      },
      [](const KernelCall& c) {
        return Map1<double, double>(c, [](double x) { return std::fabs(x); });
      });
}

NodePtr BindSign(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  ValueType type = args[0]->type();
  type.kind = ValueKind::kInteger;
  type.scale = 0;
  type.limit = 1;
  return BindNumber(
      binder, call, args[0], type,
      [](const KernelCall& c) {
        return Map1<int64_t, int64_t>(
            c, [](int64_t x) { return int64_t{x > 0} - int64_t{x < 0}; });
      },
      [](const KernelCall& c) {
        return Map1<double, int64_t>(
            c, [](double x) { return int64_t{x > 0} - int64_t{x < 0}; });
      });
}

template <bool kUp>
NodePtr BindFloor(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  ValueType type = args[0]->type();
  const int64_t unit = static_cast<int64_t>(WidePowerOfTen(std::min(type.scale, 18)));
  type.kind = ValueKind::kInteger;
  type.scale = 0;
  type.limit =
      args[0]->type().is_exact() ? std::min(type.limit / unit + 1, kMaxInt64) : kMaxInt64;
  return BindNumber(
      binder, call, args[0], type,
      [unit](const KernelCall& c) {
        return Map1<int64_t, int64_t>(c, [unit](int64_t x) {
          const int64_t rest = x % unit;
          return x / unit + (kUp ? int64_t{rest > 0} : -int64_t{rest < 0});
        });
      },
      [](const KernelCall& c) {
        return CheckedMap1<double, int64_t>(c, kTooLarge, [](double x, int64_t* r) {
          const bool bad = !(x > -0x1p63 && x < 0x1p63);
          const double y = bad ? 0 : (kUp ? std::ceil(x) : std::floor(x));
          // ceil may reach 2^63 only from a value that is 2^63 already.
          *r = static_cast<int64_t>(y);
          return bad;
        });
      });
}

NodePtr BindDiv(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  for (NodePtr& arg : args) {
    if ((arg = Narrow(binder, arg)) == nullptr) return nullptr;
  }
  return binder.Function(
      call.place, args[0]->type(), "div", args, [](const KernelCall& c) {
        return CheckedMap2<int64_t, int64_t, int64_t>(
            c, "division by zero", [](int64_t x, int64_t y, int64_t* r) {
              const bool bad = y == 0 || (x == INT64_MIN && y == -1);
              *r = bad ? 0 : x / y;
              return bad;
            });
      });
}

NodePtr BindMod(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  Expr remainder = call;
  remainder.text = "%";
  return BindArithmetic(binder, remainder, args[0], args[1]);
}

NodePtr BindToDouble(Binder& binder, const Expr&, std::vector<NodePtr> args) {
  return ToDouble(binder, args[0]);
}

template <class F>
NodePtr BindReal(Binder& binder, const Expr& call, std::vector<NodePtr> args,
                 const char* reason, F f) {
  return binder.Function(call.place, args[0]->type(), call.text, args,
                         [reason, f](const KernelCall& c) {
                           return CheckedMap1<double, double>(c, reason, f);
                         });
}

NodePtr BindSqrt(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindReal(binder, call, args, "root of a negative number",
                  [](double x, double* r) {
                    const bool bad = !(x >= 0);
                    *r = bad ? 0 : std::sqrt(x);
                    return bad;
                  });
}

NodePtr BindLog(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindReal(binder, call, args, "logarithm of a number that is not above 0",
                  [](double x, double* r) {
                    const bool bad = !(x > 0 && x < HUGE_VAL);
                    *r = bad ? 0 : Log(x);
                    return bad;
                  });
}

NodePtr BindExp(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindReal(binder, call, args, "power of a number that is not one",
                  [](double x, double* r) {
                    const bool bad = x != x;
                    *r = bad ? 0 : Exp(x);
                    return bad;
                  });
}

// Whole powers by multiplication, so that power(4, 2) is 16; true for a fault.
bool PowerOf(double x, double p, double* r) {
  *r = 0;
  if (p >= -64 && p <= 64 && p == static_cast<double>(static_cast<int>(p))) {
    double result = 1, base = x;
    for (int n = p < 0 ? -static_cast<int>(p) : static_cast<int>(p); n > 0; n >>= 1) {
      if ((n & 1) != 0) result *= base;
      base *= base;
    }
    *r = p < 0 ? 1 / result : result;
    return p < 0 && x == 0;
  }
  if (x == 0 && p > 0) return false;
  if (!(x > 0 && x < HUGE_VAL) || p != p) return true;
  *r = Power(x, p);
  return false;
}

NodePtr BindPower(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return binder.Function(call.place, args[0]->type(), call.text, args,
                         [](const KernelCall& c) {
                           return CheckedMap2<double, double, double>(
                               c, "power of a number that is not above 0", PowerOf);
                         });
}

constexpr Function kFunctions[] = {
    {{"abs", "abs(x)", "size of a number, without its sign"}, "n", 1, 1, BindAbs},
    {{"ceil", "ceil(x)", "least integer that is not below x"},
     "n",
     1,
     1,
     BindFloor<true>},
    {{"div", "div(a, b)", "whole quotient of two integers, toward zero"},
     "i",
     2,
     2,
     BindDiv},
    {{"double", "double(x)", "a number as float64"}, "n", 1, 1, BindToDouble},
    {{"exp", "exp(x)", "e to the power of a double"}, "r", 1, 1, BindExp},
    {{"floor", "floor(x)", "largest integer that is not above x"},
     "n",
     1,
     1,
     BindFloor<false>},
    {{"log", "log(x)", "natural logarithm of a double above 0"}, "r", 1, 1, BindLog},
    {{"mod", "mod(a, b)", "rest of div(a, b), with the sign of a; also a % b"},
     "i",
     2,
     2,
     BindMod},
    {{"power", "power(x, p)", "x to the power p, doubles; x above 0 unless p is whole"},
     "r",
     2,
     2,
     BindPower},
    {{"sign", "sign(x)", "-1, 0 or 1"}, "n", 1, 1, BindSign},
    {{"sqrt", "sqrt(x)", "square root of a double"}, "r", 1, 1, BindSqrt},
};

}  // namespace

std::span<const Function> NumberFunctions() { return kFunctions; }

}  // namespace lakeseed
