// TableBinder: folds over the rows of a child table, or the elements of a list.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/expression_binding.h"
#include "lakeseed/generate/fold.h"
#include "lakeseed/generate/name_scope.h"
#include "lakeseed/generate/nested_binder.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {
namespace {

constexpr std::pair<std::string_view, FoldKind> kFolds[] = {{"sum", FoldKind::kSum},
                                                            {"count", FoldKind::kCount},
                                                            {"min", FoldKind::kMin},
                                                            {"max", FoldKind::kMax}};

}  // namespace

arrow::Result<int> TableBinder::FoldNode(const Expr& call, const std::string& where) {
  const auto* kind =
      std::find_if(std::begin(kFolds), std::end(kFolds),
                   [&](const auto& one) { return one.first == call.text; });
  const std::vector<const Expr*> paths = PathsOf(call);
  if (kind == std::end(kFolds) || call.args.size() != 1 || paths.empty()) {
    return SpecErrors(
        {{call.place, where, "cannot fold children by", call.text,
          "sum, count, min and max take one expression over a child table"}});
  }
  const std::vector<std::string>& path = paths[0]->path;
  NestedBinder nested(this);
  const NestedBinder::Children children = nested.ChildrenOf(path);
  if (children.table < 0) {
    return SpecErrors(
        {{paths[0]->place, where, "is not a child table of " + table_->name, path[0],
          "a child is a table with `per: {parent: " + table_->name + "}`"}});
  }
  const std::span<const std::string> name(path.data(), children.names);
  GraphNode node{.kind = GraphNode::Kind::kFold, .name = where};
  node.other_table = children.table;
  node.fold = kind->second;
  const Expr& argument = *call.args[0];
  const bool is_rows =
      argument.kind == Expr::Kind::kPath && argument.path.size() == name.size();
  if (is_rows && node.fold == FoldKind::kCount) {
    node.type = arrow::int64();
  } else if (is_rows && !children.is_list) {
    return SpecErrors({{argument.place, where, "needs a column of the child table",
                        path[0], "write " + call.text + "(" + path[0] + ".column)"}});
  } else {
    ARROW_ASSIGN_OR_RAISE(const ExprPtr inner,
                          InsideChild(argument, name, children.is_list, where));
    TableBinder& binder = dataset_->table(children.table);
    const NameScope scope(&binder.scope_, "");
    ARROW_ASSIGN_OR_RAISE(node.other_node, binder.ExpressionNode(*inner, where));
    const GraphNode& value = binder.node(node.other_node);
    node.type = FoldType(node.fold, value.type);
    node.as_of_dependent = value.as_of_dependent;
    if (node.type == nullptr) {
      return SpecErrors({{call.place, where, "cannot " + call.text + " values of type",
                          TypeName(*value.type), ""}});
    }
  }
  const bool empty_is_null = node.fold == FoldKind::kMin || node.fold == FoldKind::kMax;
  node.shape = ShapeOfType(*node.type, empty_is_null);
  const int fold = Add(std::move(node));
  if (!children.is_list) return fold;
  ARROW_ASSIGN_OR_RAISE(const int list, PathNode(name, *paths[0]));
  return nested.Within(fold, list);
}

}  // namespace lakeseed
