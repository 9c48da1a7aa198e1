// EvaluateConstant: sizes and parameters as exact fractions.
//
// Law: numerator and denominator are 128-bit and in lowest terms; a result must be
// a finite decimal of at most 18 digits after the point. The one function that has no
// exact value, exp, gives the double of base/function.h, the same on every machine.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "lakeseed/base/decimal.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/evaluate/value_type.h"

namespace lakeseed {
namespace {

struct Fraction {
  Int128 top = 0;
  Int128 bottom = 1;  // > 0
};

using Constants = std::vector<std::pair<std::string, std::string>>;

arrow::Status ErrorAt(const Expr& at, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") {
  Diagnostic one;
  one.place = at.place;
  one.reason = std::move(reason);
  one.value = std::move(value);
  one.hint = std::move(hint);
  return SpecErrors({std::move(one)});
}

std::optional<Fraction> Reduce(Int128 top, Int128 bottom) {
  if (bottom < 0) {
    top = -top;
    bottom = -bottom;
  }
  Int128 a = top < 0 ? -top : top, b = bottom;
  while (b != 0) std::swap(a %= b, b);
  return a == 0 ? Fraction{0, 1} : Fraction{top / a, bottom / a};
}

std::optional<Fraction> Multiply(const Fraction& a, const Fraction& b) {
  Int128 top = 0, bottom = 0;
  if (__builtin_mul_overflow(a.top, b.top, &top) ||
      __builtin_mul_overflow(a.bottom, b.bottom, &bottom)) {
    return std::nullopt;
  }
  return Reduce(top, bottom);
}

std::optional<Fraction> Add(const Fraction& a, const Fraction& b) {
  Int128 left = 0, right = 0, top = 0, bottom = 0;
  if (__builtin_mul_overflow(a.top, b.bottom, &left) ||
      __builtin_mul_overflow(b.top, a.bottom, &right) ||
      __builtin_add_overflow(left, right, &top) ||
      __builtin_mul_overflow(a.bottom, b.bottom, &bottom)) {
    return std::nullopt;
  }
  return Reduce(top, bottom);
}

Fraction Negative(const Fraction& a) { return {-a.top, a.bottom}; }

Int128 Floor(const Fraction& a) {
  return a.top / a.bottom - (a.top % a.bottom < 0 ? 1 : 0);
}

// Half away from zero, at so many digits.
std::optional<Fraction> Round(const Fraction& a, int digits) {
  const auto scaled = Multiply(a, {WidePowerOfTen(digits), 1});
  if (!scaled) return std::nullopt;
  const Int128 size = scaled->top < 0 ? -scaled->top : scaled->top;
  Int128 quotient = size / scaled->bottom;
  const Int128 rest = size % scaled->bottom;
  if (rest >= scaled->bottom - rest) ++quotient;
  return Reduce(scaled->top < 0 ? -quotient : quotient, WidePowerOfTen(digits));
}

// The double that is nearest to a quotient of the nearest doubles.
double DoubleOf(const Fraction& a) {
  return static_cast<double>(a.top) / static_cast<double>(a.bottom);
}

// Nothing if it is too large or too small for the digits that there are.
std::optional<Fraction> Exponential(const Fraction& a) {
  const double x = DoubleOf(a);
  if (!(x >= -40 && x <= 40)) return std::nullopt;
  constexpr int kDigits = 52, kBias = 1023;
  const auto bits = std::bit_cast<uint64_t>(Exp(x));
  const auto whole = static_cast<Int128>((bits & ((uint64_t{1} << kDigits) - 1)) |
                                         (uint64_t{1} << kDigits));
  const int shift = static_cast<int>(bits >> kDigits) - kBias - kDigits;
  if (shift >= 0) return Fraction{whole << shift, 1};
  return Reduce(whole, Int128{1} << -shift);
}

class Evaluator {
 public:
  explicit Evaluator(const Constants& constants) : constants_(constants) {}

  arrow::Result<Fraction> Value(const Expr& at) const {
    switch (at.kind) {
      case Expr::Kind::kInteger:
      case Expr::Kind::kDecimal:
        return Literal(at, at.text);
      case Expr::Kind::kPath:
        return Name(at);
      case Expr::Kind::kUnary: {
        if (at.text != "-") break;
        ARROW_ASSIGN_OR_RAISE(Fraction value, Value(*at.args[0]));
        return Negative(value);
      }
      case Expr::Kind::kBinary:
        return Binary(at);
      case Expr::Kind::kCall:
        return Call(at);
      default:
        break;
    }
    return ErrorAt(
        at, "not a constant number", FormatExpression(at),
        "numbers, parameters, + - * /, min, max, round, floor, ceil, exp are allowed");
  }

 private:
  static arrow::Result<Fraction> Literal(const Expr& at, const std::string& text) {
    const auto number = ParseDecimal(text);
    if (!number.ok()) return ErrorAt(at, "not a number", text);
    return *Reduce(number->unscaled, WidePowerOfTen(number->scale));
  }

  arrow::Result<Fraction> Name(const Expr& at) const {
    std::string name;
    for (const std::string& part : at.path) name += (name.empty() ? "" : ".") + part;
    std::vector<std::string_view> names;
    for (const auto& [known, text] : constants_) {
      if (known == name) return Literal(at, text);
      names.push_back(known);
    }
    return ErrorAt(at, "unknown parameter", name, DidYouMean(name, names));
  }

  arrow::Result<Fraction> Binary(const Expr& at) const {
    ARROW_ASSIGN_OR_RAISE(Fraction a, Value(*at.args[0]));
    ARROW_ASSIGN_OR_RAISE(Fraction b, Value(*at.args[1]));
    std::optional<Fraction> result;
    if (at.text == "+") {
      result = Add(a, b);
    } else if (at.text == "-") {
      result = Add(a, Negative(b));
    } else if (at.text == "*") {
      result = Multiply(a, b);
    } else if (at.text == "/" || at.text == "%") {
      if (b.top == 0) return ErrorAt(at, "division by zero", FormatExpression(at));
      result = Multiply(a, *Reduce(b.bottom, b.top));
      if (at.text == "%" && result) {
        // a - b * trunc(a / b), with the sign of a.
        const auto whole = Multiply(b, {result->top / result->bottom, 1});
        result = whole ? Add(a, Negative(*whole)) : std::nullopt;
      }
    } else {
      return ErrorAt(at, "not a constant number", FormatExpression(at));
    }
    if (!result) return ErrorAt(at, "number is too large", FormatExpression(at));
    return *result;
  }

  arrow::Result<Fraction> Call(const Expr& at) const {
    const std::string& name = at.text;
    std::vector<Fraction> args;
    for (const ExprPtr& arg : at.args) {
      ARROW_ASSIGN_OR_RAISE(Fraction value, Value(*arg));
      args.push_back(value);
    }
    const bool is_least = name == "min" || name == "least";
    if (is_least || name == "max" || name == "greatest") {
      return Extreme(at, args, is_least);
    }
    if (name == "round" && (args.size() == 1 || args.size() == 2)) {
      const Fraction digits = args.size() == 2 ? args[1] : Fraction{};
      if (digits.bottom != 1 || digits.top < 0 || digits.top > kMaxScale) {
        return ErrorAt(at, "digits of round must be a whole number from 0 to 18",
                       FormatExpression(*at.args[1]));
      }
      const auto rounded = Round(args[0], static_cast<int>(digits.top));
      if (!rounded) return ErrorAt(at, "number is too large", FormatExpression(at));
      return *rounded;
    }
    if (name == "floor" && args.size() == 1) return Fraction{Floor(args[0]), 1};
    if (name == "ceil" && args.size() == 1) {
      return Fraction{-Floor(Negative(args[0])), 1};
    }
    if (name == "exp" && args.size() == 1) {
      const auto power = Exponential(args[0]);
      if (power) return *power;
      return ErrorAt(at, "exp takes numbers from -40 to 40", FormatExpression(at));
    }
    if (name == "abs" && args.size() == 1) {
      return args[0].top < 0 ? Negative(args[0]) : args[0];
    }
    return ErrorAt(at, "not a function of constants", FormatExpression(at),
                   "min, max, round, floor, ceil, abs and exp are");
  }

  static arrow::Result<Fraction> Extreme(const Expr& at,
                                         const std::vector<Fraction>& args,
                                         bool is_least) {
    if (args.empty()) return ErrorAt(at, "wrong number of arguments", at.text);
    Fraction best = args[0];
    for (const Fraction& other : args) {
      const auto difference = Add(other, Negative(best));
      if (!difference) return ErrorAt(at, "number is too large", FormatExpression(at));
      if (is_least ? difference->top < 0 : difference->top > 0) best = other;
    }
    return best;
  }

  const Constants& constants_;
};

}  // namespace

arrow::Result<std::string> EvaluateConstant(const Expr& expression,
                                            const Constants& constants) {
  ARROW_ASSIGN_OR_RAISE(Fraction value, Evaluator(constants).Value(expression));
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    const Int128 unit = WidePowerOfTen(scale);
    if (unit % value.bottom != 0) continue;
    Int128 unscaled = 0;
    if (__builtin_mul_overflow(value.top, unit / value.bottom, &unscaled)) break;
    return FormatExact(unscaled, scale);
  }
  return ErrorAt(expression, "not a finite decimal number", FormatExpression(expression),
                 "round it: round(x), floor(x) or ceil(x)");
}

}  // namespace lakeseed
