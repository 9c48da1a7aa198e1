// Binder: turns an expression tree into nodes with types, and collects errors.
//
// Law: a null NodePtr means that the error has been reported; whoever gets one
// returns one, so each mistake is told once.
//
// Thread safety: none; used while binding, on one thread.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/evaluate/node.h"

namespace lakeseed {

class Binder {
 public:
  Binder(std::string path, NameResolver* resolver)
      : path_(std::move(path)), resolver_(resolver) {}

  NodePtr Bind(const Expr& expression);

  /// Bind as the argument of round(): doubles may meet decimals there.
  NodePtr BindInner(const Expr& expression);
  bool is_inner() const { return inner_; }

  /// Report an error; returns nullptr.
  NodePtr Fail(const Place& place, std::string reason,
               std::optional<std::string> value = std::nullopt, std::string hint = "");

  /// A strict function of these arguments; computed now if they are constants. A
  /// text result is a dictionary if the only varying argument is one. A kernel that
  /// `reads_codes` takes dictionaries as they are. `narrow`: see Node::EvaluateNarrow.
  NodePtr Function(const Place& place, ValueType type, std::string name,
                   std::vector<NodePtr> args, Kernel kernel, bool reads_codes = false,
                   Kernel narrow = nullptr);

  /// The null of a type.
  NodePtr Null(const Place& place, ValueType type);

  NodePtr Input(const Place& place, const std::string& name,
                const NameResolver::Input& input);

  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }
  /// Cancelled if a name could not be resolved for a reason that was reported before.
  const arrow::Status& broken() const { return broken_; }
  const std::vector<std::shared_ptr<const InputNode>>& inputs() const { return inputs_; }

  /// Evaluate a node whose arguments are all constants.
  NodePtr Fold(NodePtr node);

 private:
  NodePtr BindName(const Expr& expression);
  NodePtr BindCall(const Expr& call);
  NodePtr BindFold(const Expr& call);
  NodePtr Unresolved(const arrow::Status& status, const Place& place);
  NodePtr Literal(const Expr& expression);
  bool BindAll(const std::vector<ExprPtr>& expressions, std::vector<NodePtr>* nodes);

  const std::string path_;
  NameResolver* const resolver_;
  bool inner_ = false;
  std::vector<Diagnostic> diagnostics_;
  arrow::Status broken_;
  std::vector<std::shared_ptr<const InputNode>> inputs_;
};

/// Constant of one value.
NodePtr IntegerConstant(const Place& place, int64_t value);
NodePtr ExactConstant(const Place& place, ValueKind kind, Int128 value, int scale);
NodePtr TextConstant(const Place& place, std::string_view text);
NodePtr BooleanConstant(const Place& place, uint8_t truth);
NodePtr DateConstant(const Place& place, int32_t days);

/// The text of a constant node, or nothing.
std::optional<std::string_view> ConstantText(const Node& node);
/// The value of a constant integer node, or nothing.
std::optional<int64_t> ConstantInteger(const Node& node);

/// "decimal", with its scale when it has one: for messages.
std::string Describe(const ValueType& type);

// Operators; each binds the operator `call` over arguments that are bound.
NodePtr BindArithmetic(Binder& binder, const Expr& call, NodePtr a, NodePtr b);
NodePtr BindNegation(Binder& binder, const Expr& call, NodePtr a);
NodePtr BindComparison(Binder& binder, const Expr& call, NodePtr a, NodePtr b);
NodePtr BindLike(Binder& binder, const Expr& call, NodePtr a, NodePtr b);
NodePtr BindIn(Binder& binder, const Expr& call, std::vector<NodePtr> args);
NodePtr BindBetween(Binder& binder, const Expr& call, std::vector<NodePtr> args);
NodePtr BindLogic(Binder& binder, const Expr& call, std::vector<NodePtr> args);
NodePtr BindNot(Binder& binder, const Place& place, NodePtr a);
NodePtr BindIsNull(Binder& binder, const Expr& call, NodePtr a);
NodePtr BindCase(Binder& binder, const Expr& call, std::vector<NodePtr> args);
/// coalesce of a column of numbers and a constant. REQUIRES: all are of one type.
/// \retval nullptr  it is something else
NodePtr BindFillNulls(const Place& place, const std::vector<NodePtr>& args);
NodePtr BindConcat(Binder& binder, const Expr& call, std::vector<NodePtr> args);
NodePtr BindLookup(Binder& binder, const Expr& call);
NodePtr BindRound(Binder& binder, const Expr& call);

}  // namespace lakeseed
