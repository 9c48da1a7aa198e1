// An expression with types: reads arrays, gives an array of the same length.
//
// Binding resolves every name through a NameResolver, infers the type and
// reports all type errors with their places. Evaluation works on whole arrays.
//
// Types: int64 (all integers compute as int64), decimal64(p,s) (exact; sums
// align scales, products add them, overflow is an error), float64, bool, utf8
// and dictionary<int32, utf8> (text with few values; functions of one text
// argument work on the dictionary only), date32, timestamp[us, UTC]. Null in,
// null out, except for coalesce, is null, case, and, or (three-valued).
//
// Decimal with float64 is an error outside round(x, n). Inside, a double that meets
// a decimal becomes the nearest decimal of 9 digits after the point (half away from
// zero, of its exact binary value); the rest is exact in 128 bits with at most 27
// digits after the point, and is rounded once. round(a / b, n) rounds the exact
// quotient; a quotient deeper inside is first rounded to 9 digits or a's scale.
// Elsewhere intermediate results are exact too, with at most 18 digits after the
// point; only a result must fit its column's type.
//
// Laws: pure and row-wise (row i of the result depends on row i of the inputs);
// no libm, no locale.
//
// Thread safety: a bound expression is immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/spec/expression.h"

namespace lakeseed {

/// Says what names mean. Implemented by generate/ (columns being made) and by
/// validate/ (columns of files).
class NameResolver {
 public:
  virtual ~NameResolver() = default;

  struct Input {
    int index;  ///< Position in the span given to Evaluate().
    std::shared_ptr<arrow::DataType> type;
    bool nullable = true;  ///< False promises that the array holds no null.
  };

  /// Resolve a kPath or kMethod node. Calling it twice for the same name must
  /// give the same index.
  /// \retval Invalid  unknown or ambiguous name (SpecErrors with the nearest name).
  virtual arrow::Result<Input> Resolve(const Expr& path) = 0;

  /// Resolve sum/count/min/max/avg(…) over the rows of a child table. Asked for
  /// calls of those names whose argument reads paths "table.column"; `call` is
  /// the whole call. count(order_items) counts rows.
  virtual arrow::Result<Input> ResolveFold(const Expr& call) = 0;
};

class BoundExpression {
 public:
  /// Type-check `expression`.
  /// \retval Invalid  SpecErrors, one diagnostic for each type or name error;
  ///                  `path` is the dotted path that they name.
  static arrow::Result<std::shared_ptr<const BoundExpression>> Bind(
      const Expr& expression, const std::string& path, NameResolver* resolver);

  virtual ~BoundExpression() = default;

  virtual const std::shared_ptr<arrow::DataType>& type() const = 0;
  virtual bool nullable() const = 0;

  /// Return `length` values. `inputs[i]` is the array of the name that was
  /// resolved to index i, each of `length` rows.
  /// \retval Invalid  overflow or division by zero, with the expression's place.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Evaluate(
      std::span<const std::shared_ptr<arrow::Array>> inputs, int64_t length,
      arrow::MemoryPool* pool) const = 0;
};

/// One entry of the table of functions; docs and errors are printed from it.
struct FunctionDef {
  std::string_view name;
  std::string_view signature;  ///< "round(x, digits)"
  std::string_view summary;
};

/// All functions of the language, sorted by name.
std::span<const FunctionDef> BuiltinFunctions();

/// Cast an array to a stated type exactly (int to decimal, decimal rescale half
/// away from zero, int64 to int32 with range check, text to text, …).
arrow::Result<std::shared_ptr<arrow::Array>> CastExactly(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool);

/// Parse a type name of the language: int8…int64, float64 (double), bool, text
/// (utf8), date, timestamp_us, decimal(p,s).
arrow::Result<std::shared_ptr<arrow::DataType>> ParseTypeName(const std::string& text,
                                                              const Place& place);

/// Name of a type in the language ("decimal(12,2)", "timestamp_us").
std::string TypeName(const arrow::DataType& type);

/// A constant expression over named numbers (parameters, `main`), as a decimal
/// text: sizes, parameters. Names come from `constants`.
arrow::Result<std::string> EvaluateConstant(
    const Expr& expression,
    const std::vector<std::pair<std::string, std::string>>& constants);

}  // namespace lakeseed
