#include "lakeseed/generate/expression_binding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

arrow::Result<ExprPtr> InsideChild(const Expr& expression,
                                   std::span<const std::string> child, bool is_list,
                                   const std::string& where) {
  auto copy = std::make_shared<Expr>(expression);
  std::vector<std::string>& path = copy->path;
  if (!path.empty()) {
    const bool starts = path.size() >= child.size() + (is_list ? 0 : 1) &&
                        std::equal(child.begin(), child.end(), path.begin());
    if (!starts) {
      const std::string name = fmt::format("{}", fmt::join(child, "."));
      return SpecErrors({{expression.place, where,
                          "mixes rows: inside a fold every name belongs to " + name,
                          FormatExpression(expression),
                          is_list ? "write " + name : "write " + name + ".column"}});
    }
    path.erase(path.begin(), path.begin() + static_cast<int64_t>(child.size()));
    if (is_list) path.insert(path.begin(), std::string(kElement));
  }
  for (ExprPtr& arg : copy->args) {
    if (arg == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(arg, InsideChild(*arg, child, is_list, where));
  }
  return ExprPtr(std::move(copy));
}

}  // namespace lakeseed
