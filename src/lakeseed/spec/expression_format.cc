#include <fmt/format.h>

#include "lakeseed/spec/expression.h"

namespace lakeseed {
namespace {

// Binding powers as in expression.cc; what has a power of its own needs
// parentheses where more is asked for.
constexpr int kNot = 3;
constexpr int kComparison = 4;
constexpr int kNegation = 8;
constexpr int kPrimary = 9;

int PowerOf(const Expr& node) {
  switch (node.kind) {
    case Expr::Kind::kUnary:
      return node.text == "not" ? kNot : kNegation;
    case Expr::Kind::kIn:
    case Expr::Kind::kIsNull:
    case Expr::Kind::kBetween:
      return kComparison;
    case Expr::Kind::kBinary:
      if (node.text == "or") return 1;
      if (node.text == "and") return 2;
      if (node.text == "||") return 5;
      if (node.text == "+" || node.text == "-") return 6;
      if (node.text == "*" || node.text == "/" || node.text == "%") return 7;
      return kComparison;
    default:
      return kPrimary;
  }
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

std::string Join(const std::vector<std::string>& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

std::string Format(const Expr& node);

// `node` as an operand that must bind at least as tightly as `power`.
std::string Operand(const Expr& node, int power) {
  return PowerOf(node) < power ? "(" + Format(node) + ")" : Format(node);
}

std::string Arguments(const Expr& node, size_t first) {
  std::string text = "(";
  for (size_t i = first; i < node.args.size(); ++i) {
    if (i > first) text += ", ";
    text += Format(*node.args[i]);
  }
  return text + ")";
}

std::string FormatCase(const Expr& node) {
  std::string text = "case";
  size_t i = 0;
  for (; i + 1 < node.args.size(); i += 2) {
    text +=
        fmt::format(" when {} then {}", Format(*node.args[i]), Format(*node.args[i + 1]));
  }
  if (node.args[i]->kind != Expr::Kind::kNull) text += " else " + Format(*node.args[i]);
  return text + " end";
}

std::string Format(const Expr& node) {
  const std::string negated = node.text == "not" ? "not " : "";
  switch (node.kind) {
    case Expr::Kind::kNull:
      return "null";
    case Expr::Kind::kBoolean:
    case Expr::Kind::kInteger:
    case Expr::Kind::kDecimal:
      return node.text;
    case Expr::Kind::kText:
      return Quote(node.text);
    case Expr::Kind::kDate:
      return "date " + Quote(node.text);
    case Expr::Kind::kPath:
      return Join(node.path);
    case Expr::Kind::kMethod:
      return Join(node.path) + "." + node.text + Arguments(node, 0);
    case Expr::Kind::kCall:
      return node.text + Arguments(node, 0);
    case Expr::Kind::kUnary:
      if (node.text == "not") return "not " + Operand(*node.args[0], kNot);
      return "-" + Operand(*node.args[0], kNegation);
    case Expr::Kind::kBinary: {
      // Operators group to the left; comparisons do not group at all.
      const int power = PowerOf(node);
      return fmt::format("{} {} {}",
                         Operand(*node.args[0], power == kComparison ? power + 1 : power),
                         node.text, Operand(*node.args[1], power + 1));
    }
    case Expr::Kind::kIn:
      return Operand(*node.args[0], kComparison + 1) + " " + negated + "in " +
             Arguments(node, 1);
    case Expr::Kind::kIsNull:
      return Operand(*node.args[0], kComparison + 1) + " is " + negated + "null";
    case Expr::Kind::kBetween:
      return fmt::format("{} {}between {} and {}",
                         Operand(*node.args[0], kComparison + 1), negated,
                         Operand(*node.args[1], kComparison + 1),
                         Operand(*node.args[2], kComparison + 1));
    case Expr::Kind::kCase:
      return FormatCase(node);
  }
  return "";
}

}  // namespace

std::string FormatExpression(const Expr& expression) { return Format(expression); }

}  // namespace lakeseed
