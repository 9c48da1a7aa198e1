// ExpressionResolver: names inside an expression, as nodes of a table's graph.
//
// Thread safety: none; binding runs on one thread.

#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {

class ExpressionResolver final : public NameResolver {
 public:
  ExpressionResolver(TableBinder* table, std::string where)
      : table_(table), where_(std::move(where)) {}

  arrow::Result<Input> Resolve(const Expr& path) override;
  arrow::Result<Input> ResolveFold(const Expr& call) override;

  /// Nodes behind the inputs, in the order of their indexes.
  const std::vector<int>& nodes() const { return nodes_; }

  /// Where the inputs of `expression`, which is bound with this, are seen: those that
  /// only one branch of a case reads. Empty: no input has a guard.
  arrow::Result<std::vector<Guard>> GuardsOf(const Expr& expression);

 private:
  Input InputOf(const Expr& name, int node);
  /// What the walk over an expression's tree has met.
  struct Seen {
    std::set<const Expr*> names;
    std::vector<std::vector<Guard>> inputs;  ///< Different guards of each.
  };
  /// `is_asked`: the value counts in every row, and so do its faults.
  arrow::Status FindGuards(const Expr& expression, const Guard& guard, bool is_asked,
                           Seen* seen);

  TableBinder* const table_;
  const std::string where_;
  std::vector<int> nodes_;
  std::map<const Expr*, int> inputs_;  ///< Of each name that was resolved.
};

/// The expression as the child table's own rows read it: every path loses its first
/// names, which must be `child`; those of a list's elements begin with kElement then.
arrow::Result<ExprPtr> InsideChild(const Expr& expression,
                                   std::span<const std::string> child, bool is_list,
                                   const std::string& where);

}  // namespace lakeseed
