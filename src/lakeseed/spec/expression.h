// Expressions: the small language of scalars in a dataset file.
//
//   line_total: quantity * unit_price
//   tax: round(subtotal * lookup(us_sales_tax.rate, customers.state), 2)
//   subtotal: sum(order_items.line_total - coalesce(order_items.discount_amount, 0.00))
//   label: case when total > 100.00 then 'big' when total > 10.00 then 'mid' else 'small'
//   end
//
// Grammar (precedence from low to high): or; and; not; comparison (= == != <> < <=
// > >= , in (a, b), not in, is null, is not null, between a and b, like 'a%'); ||
// (text concatenation); + -; * / %; unary -; postfix path. A literal with a point
// is a decimal of its digits, 'text' is text, date '2024-01-31' a date, true,
// false, null. Names: column, let.field, table.column, $fact; a path may end in a
// call, as in status.at('Shipped').
//
// This is only the syntax: a tree with places. Types and values are in evaluate/.
//
// Thread safety: trees are immutable.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct Expr {
  enum class Kind {
    kNull,
    kBoolean,  ///< text is "true" or "false"
    kInteger,  ///< text holds the digits
    kDecimal,  ///< text holds the digits with the point
    kText,     ///< text
    kDate,     ///< text is YYYY-MM-DD, checked
    kPath,     ///< path: names from left to right; "$day" is one name
    kMethod,   ///< path, then text = method name and args: status.at('Shipped')
    kCall,     ///< text = function name in lower case, args
    kUnary,    ///< text = "-", "not"; one arg
    kBinary,   ///< text = "+", "-", "*", "/", "%", "||", "=", "!=", "<", "<=", ">", ">=",
               ///< "and", "or", "like"
    kIn,       ///< args[0] in args[1..]; negated: text = "not"
    kIsNull,   ///< args[0]; negated: text = "not"
    kBetween,  ///< args: value, low, high; negated: text = "not"
    kCase,     ///< args: when1, then1, when2, then2, …, else (kNull if absent)
  };

  Kind kind = Kind::kNull;
  std::string text;
  std::vector<std::string> path;
  std::vector<ExprPtr> args;
  Place place;
};

/// Parse one expression. `place` is where the text starts; places inside the
/// tree and in errors are computed from it (same line, column + offset).
arrow::Result<ExprPtr> ParseExpression(std::string_view text, const Place& place);

/// Print the tree as an expression that parses to an equal tree.
std::string FormatExpression(const Expr& expression);

/// Every path (kPath and kMethod) in the tree, left to right.
std::vector<const Expr*> PathsOf(const Expr& expression);

}  // namespace lakeseed
