#include "lakeseed/generate/expression_binding.h"

#include <algorithm>
#include <utility>

namespace lakeseed {

NameResolver::Input ExpressionResolver::InputOf(int node) {
  auto at = std::find(nodes_.begin(), nodes_.end(), node);
  const int index = static_cast<int>(at - nodes_.begin());
  if (at == nodes_.end()) nodes_.push_back(node);
  const GraphNode& n = table_->node(node);
  return {index, n.type, n.shape.nullable};
}

arrow::Result<NameResolver::Input> ExpressionResolver::Resolve(const Expr& path) {
  ARROW_ASSIGN_OR_RAISE(const int node, table_->PathNode(path.path, path));
  return InputOf(node);
}

arrow::Result<NameResolver::Input> ExpressionResolver::ResolveFold(const Expr& call) {
  ARROW_ASSIGN_OR_RAISE(const int node, table_->FoldNode(call, where_));
  return InputOf(node);
}

arrow::Result<ExprPtr> InsideChild(const Expr& expression, const std::string& child,
                                   const std::string& where) {
  auto copy = std::make_shared<Expr>(expression);
  if (!copy->path.empty()) {
    if (copy->path[0] != child || copy->path.size() < 2) {
      return SpecErrors({{expression.place, where,
                          "mixes rows: inside a fold every name belongs to " + child,
                          FormatExpression(expression), "write " + child + ".column"}});
    }
    copy->path.erase(copy->path.begin());
  }
  for (ExprPtr& arg : copy->args) {
    if (arg == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(arg, InsideChild(*arg, child, where));
  }
  return ExprPtr(std::move(copy));
}

}  // namespace lakeseed
