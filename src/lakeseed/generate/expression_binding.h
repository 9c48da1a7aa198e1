// ExpressionResolver: names inside an expression, as nodes of a table's graph.
//
// Thread safety: none; binding runs on one thread.

#pragma once

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

 private:
  Input InputOf(int node);

  TableBinder* const table_;
  const std::string where_;
  std::vector<int> nodes_;
};

/// The expression as the child table's own rows read it: every path loses its first
/// names, which must be `child`; those of a list's elements begin with kElement then.
arrow::Result<ExprPtr> InsideChild(const Expr& expression,
                                   std::span<const std::string> child, bool is_list,
                                   const std::string& where);

}  // namespace lakeseed
