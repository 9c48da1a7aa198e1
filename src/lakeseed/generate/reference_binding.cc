// TableBinder: which columns refer to which table, and to which version of a row.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/table_binder.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {
namespace {

constexpr std::string_view kForeignKeyName = "foreign_key";
constexpr std::string_view kKeyName = "key";

}  // namespace

int TableBinder::ReferencedTable(const ColumnSpec& column) const {
  if (column.generator && column.generator->name == kForeignKeyName) {
    const SpecNode* to = column.generator->params.Find("to");
    return to == nullptr ? -1 : dataset_->dataset().FindTable(to->text);
  }
  if (!column.expression || column.expression->kind != Expr::Kind::kPath ||
      column.expression->path.size() != 2) {
    return -1;
  }
  // A column that holds the key of a parent, of a member, or of a version.
  const std::string& head = column.expression->path[0];
  const int named =
      head == "parent" ? table_->parent : dataset_->dataset().FindTable(head);
  if (named < 0 || named == table_->index) return -1;
  const BoundTable& other = dataset_->dataset().table(named);
  const bool is_base = named == table_->base;
  if (named != table_->parent && !is_base && other.base < 0 && !IsPart(named)) return -1;
  for (const ColumnSpec& one : other.spec->columns) {
    if (one.name != column.expression->path[1]) continue;
    if (one.generator && one.generator->name == kKeyName) return named;
    return is_base ? dataset_->table(named).ReferencedTable(one) : -1;
  }
  return -1;
}

arrow::Result<int> TableBinder::VersionKeyNode(const BoundTable& history,
                                               const Expr& expression) {
  std::vector<const ColumnSpec*> links;
  for (const ColumnSpec& one : table_->spec->columns) {
    if (ReferencedTable(one) == history.base) links.push_back(&one);
  }
  const std::string& base = dataset_->dataset().table(history.base).name;
  if (links.size() != 1) {
    return SpecErrors(
        {{expression.place, table_->name,
          links.empty() ? "does not refer to the members of history"
                        : "refers more than once to the members of history",
          history.name, "add one column with {foreign_key: {to: " + base + "}}"}});
  }
  ARROW_ASSIGN_OR_RAISE(const int member, ValueNode(*links[0]));
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == GraphNode::Kind::kVersionKey && n.other_table == history.index &&
        n.inputs[0] == member) {
      return static_cast<int>(i);
    }
  }
  GraphNode node{.kind = GraphNode::Kind::kVersionKey,
                 .name = table_->name + "." + FormatExpression(expression),
                 .inputs = {member},
                 .type = arrow::int64()};
  node.shape.kind = ShapeKind::kBounded;
  node.shape.nullable = this->node(member).shape.nullable;
  node.other_table = history.index;
  node.as_of_dependent = !table_->rows->sees_own_day();
  return Add(std::move(node));
}

arrow::Result<int> TableBinder::HistoryPathNode(const BoundTable& history,
                                                std::span<const std::string> rest,
                                                const Expr& expression) {
  ARROW_ASSIGN_OR_RAISE(const int key, VersionKeyNode(history, expression));
  const ColumnSpec* column = dataset_->table(history.index).FindColumnOrLet(rest[0]);
  const bool is_key = column != nullptr && column->generator && column->type.empty() &&
                      column->generator->name == kKeyName && rest.size() == 1;
  if (is_key) return key;  // The number that it finds its row by.
  return JoinedNode(history.index, key, rest, expression);
}

bool TableBinder::IsPart(int other) const {
  if (other < 0 || table_->spec->series == nullptr) return false;
  const std::vector<std::string>& parts = table_->spec->series->of;
  const std::string& name = dataset_->dataset().table(other).name;
  return std::find(parts.begin(), parts.end(), name) != parts.end();
}

int TableBinder::PartNode(int other) {
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == GraphNode::Kind::kFact && n.fact == Fact::kPart &&
        n.other_table == other) {
      return static_cast<int>(i);
    }
  }
  const std::vector<std::string>& parts = table_->spec->series->of;
  const BoundTable& table = dataset_->dataset().table(other);
  const auto part = std::find(parts.begin(), parts.end(), table.name);
  GraphNode node{.kind = GraphNode::Kind::kFact,
                 .name = table_->name + "." + table.name,
                 .type = arrow::int64()};
  node.shape.kind = ShapeKind::kBounded;
  node.shape.min = 1;
  node.shape.max = std::max<int64_t>(1, table.rows->fixed_count());
  node.fact = Fact::kPart;
  node.field = static_cast<int>(part - parts.begin());
  node.other_table = other;
  return Add(std::move(node));
}

arrow::Result<int> TableBinder::PartPathNode(int other, std::span<const std::string> rest,
                                             const Expr& expression) {
  const int key = PartNode(other);
  const ColumnSpec* column = dataset_->table(other).FindColumnOrLet(rest[0]);
  const bool is_key = column != nullptr && column->generator && column->type.empty() &&
                      column->generator->name == kKeyName && rest.size() == 1;
  if (is_key) return key;  // The number that it finds its row by.
  return JoinedNode(other, key, rest, expression);
}

}  // namespace lakeseed
