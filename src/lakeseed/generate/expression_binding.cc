#include "lakeseed/generate/expression_binding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace lakeseed {
namespace {

bool IsCase(const Expr& expression) {
  return expression.kind == Expr::Kind::kCase ||
         (expression.kind == Expr::Kind::kCall && expression.text == "if");
}

/// Whether arguments after the first count only in some rows.
bool ChoosesArguments(const Expr& expression) {
  return IsCase(expression) ||
         (expression.kind == Expr::Kind::kCall && expression.text == "coalesce") ||
         (expression.kind == Expr::Kind::kBinary &&
          (expression.text == "and" || expression.text == "or"));
}

}  // namespace

NameResolver::Input ExpressionResolver::InputOf(const Expr& name, int node) {
  auto at = std::find(nodes_.begin(), nodes_.end(), node);
  const int index = static_cast<int>(at - nodes_.begin());
  if (at == nodes_.end()) nodes_.push_back(node);
  inputs_[&name] = index;
  const GraphNode& n = table_->node(node);
  return {index, n.type, n.shape.nullable};
}

arrow::Result<NameResolver::Input> ExpressionResolver::Resolve(const Expr& path) {
  ARROW_ASSIGN_OR_RAISE(const int node, table_->PathNode(path.path, path));
  return InputOf(path, node);
}

arrow::Result<NameResolver::Input> ExpressionResolver::ResolveFold(const Expr& call) {
  ARROW_ASSIGN_OR_RAISE(const int node, table_->FoldNode(call, where_));
  return InputOf(call, node);
}

arrow::Result<std::vector<Guard>> ExpressionResolver::GuardsOf(const Expr& expression) {
  Seen seen;
  seen.inputs.resize(nodes_.size());
  ARROW_RETURN_NOT_OK(FindGuards(expression, {}, true, &seen));
  std::vector<Guard> guards(nodes_.size());
  bool any = false;
  for (size_t i = 0; i < guards.size(); ++i) {
    if (seen.inputs[i].size() == 1) guards[i] = seen.inputs[i][0];
    any |= guards[i].node >= 0;
  }
  // Names that the tree does not show may be read anywhere.
  if (!any || seen.names.size() != inputs_.size()) guards.clear();
  return guards;
}

arrow::Status ExpressionResolver::FindGuards(const Expr& expression, const Guard& guard,
                                             bool is_asked, Seen* seen) {
  if (const auto at = inputs_.find(&expression); at != inputs_.end()) {
    seen->names.insert(&expression);
    std::vector<Guard>& here = seen->inputs[static_cast<size_t>(at->second)];
    if (std::find(here.begin(), here.end(), guard) == here.end()) here.push_back(guard);
    return arrow::Status::OK();
  }
  Guard branch[] = {guard, guard};
  const bool rest_is_asked = is_asked && !ChoosesArguments(expression);
  if (!expression.args.empty() && is_asked && IsCase(expression)) {
    // Asked in every row, so it may be asked there once more by itself.
    ARROW_ASSIGN_OR_RAISE(const int condition,
                          table_->ExpressionNode(*expression.args[0], where_));
    if (table_->node(condition).type->id() == arrow::Type::BOOL) {
      branch[0] = {Guard::Holds::kTrue, condition};
      branch[1] = {Guard::Holds::kNotTrue, condition};
    }
  }
  for (size_t i = 0; i < expression.args.size(); ++i) {
    if (expression.args[i] == nullptr) continue;
    ARROW_RETURN_NOT_OK(FindGuards(*expression.args[i],
                                   i == 0 ? guard : branch[i > 1 ? 1 : 0],
                                   i == 0 ? is_asked : rest_is_asked, seen));
  }
  return arrow::Status::OK();
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
