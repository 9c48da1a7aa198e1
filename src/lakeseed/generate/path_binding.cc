// TableBinder: what a path means, by the rules of the language.
//
// A first name is a fact ($day), a column, a let, a foreign key column, `previous` (the
// row before this one, where no table has that name), a column or
// let of the population whose versions the rows are, a table over whose rows this series
// goes, a column or let of the table whose facts the rows are, a history of a population
// that this table refers to, the parent, a table this one refers to, or a table that one
// of the parents refers to; in this order. A calendar is referred to by every row that
// has a day.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/name_scope.h"
#include "lakeseed/generate/nested_binder.h"

namespace lakeseed {
namespace {

/// The row before this one: its key, counted from 1, is this row's number.
constexpr std::string_view kPrevious = "previous";
constexpr std::pair<std::string_view, Fact> kFacts[] = {
    {"$alive", Fact::kAlive},
    {"$arrival_day", Fact::kArrival},
    {"$as_of", Fact::kAsOf},
    {"$born", Fact::kBorn},
    {"$current", Fact::kCurrent},
    {"$day", Fact::kDay},
    {"$event_day", Fact::kDay},
    {"$row", Fact::kRow},
    {"$step", Fact::kStep},
    {"$time", Fact::kTime},
    {"$valid_from", Fact::kValidFrom},
    {"$valid_to", Fact::kValidTo},
    {"$version", Fact::kVersion},
};

/// Why this table has no such fact; empty if it has.
std::string MissingFact(const std::string& name, Fact fact, const BoundTable& table) {
  if (fact == Fact::kTime && !table.rows->has_times()) {
    return "only rows of `events:`, of `series:` and their children have an instant";
  }
  if ((fact == Fact::kArrival || name == "$event_day") && !table.rows->has_times()) {
    return "only rows of `events:` and their children happen and arrive";
  }
  if ((fact == Fact::kBorn || fact == Fact::kAlive) &&
      table.rows->population() == nullptr) {
    return "only members of a `population:` are born and leave";
  }
  if (fact == Fact::kStep && table.rows->series() == nullptr) {
    return "only rows of a `series:` table are steps";
  }
  if (fact >= Fact::kMember && table.rows->history() == nullptr) {
    return "only rows of a `history_of:` table are versions";
  }
  return "";
}

/// Texts put together: no row of any table can make them fail, so they may be made for
/// rows that nobody asked for.
bool NeverFails(const Expr& expression) {
  switch (expression.kind) {
    case Expr::Kind::kPath:
    case Expr::Kind::kText:
      return true;
    case Expr::Kind::kCall:
      if (expression.text != "concat") return false;
      break;
    case Expr::Kind::kBinary:
      if (expression.text != "||") return false;
      break;
    default:
      return false;
  }
  return std::all_of(expression.args.begin(), expression.args.end(),
                     [](const ExprPtr& arg) { return NeverFails(*arg); });
}

}  // namespace

arrow::Status TableBinder::UnknownName(const std::string& name,
                                       const Expr& expression) const {
  std::vector<std::string> names;
  for (const auto* list : {&table_->spec->columns, &table_->spec->lets}) {
    for (const ColumnSpec& column : *list) names.push_back(column.name);
  }
  if (table_->base >= 0) {
    const TableSpec& base = *dataset_->dataset().table(table_->base).spec;
    for (const auto* list : {&base.columns, &base.lets}) {
      for (const ColumnSpec& column : *list) names.push_back(column.name);
    }
  }
  for (const auto& [fact, kind] : kFacts) names.emplace_back(fact);
  for (const auto& table : dataset_->dataset().tables()) names.push_back(table->name);
  return SpecErrors(
      {{expression.place, table_->name, "unknown name", name, DidYouMean(name, names)}});
}

const ColumnSpec* TableBinder::FindInScope(std::string_view name) const {
  for (std::string scope = scope_; !scope.empty();) {
    if (const ColumnSpec* field = FindColumnOrLet(scope + std::string(name)))
      return field;
    scope.pop_back();
    scope.resize(scope.rfind('.') + 1);
  }
  return FindColumnOrLet(name);
}

arrow::Result<int> TableBinder::FactPathNode(std::span<const std::string> path,
                                             const Expr& expression) {
  const std::string& head = path[0];
  const auto* fact = std::find_if(std::begin(kFacts), std::end(kFacts),
                                  [&](const auto& one) { return one.first == head; });
  if (fact == std::end(kFacts) || path.size() > 1) return UnknownName(head, expression);
  if (std::string why = MissingFact(head, fact->second, *table_); !why.empty()) {
    if (table_->spec->is_list()) return JoinedNode(table_->parent, -1, path, expression);
    return SpecErrors({{expression.place, table_->name, "has no such fact", head, why}});
  }
  return FactNode(fact->second);
}

arrow::Result<int> TableBinder::OwnNode(const ColumnSpec& column, int raw,
                                        const Expr& expression) {
  const bool is_struct = node(raw).has_fields();
  if (expression.kind == Expr::Kind::kMethod) {
    if (!is_struct || expression.args.size() != 1 ||
        expression.args[0]->kind != Expr::Kind::kText) {
      return SpecErrors({{expression.place, table_->name,
                          "no such call on " + column.name, FormatExpression(expression),
                          "status.at('Shipped') is a call on a `progress`"}});
    }
    return FieldNode(raw, expression.text + "(" + expression.args[0]->text + ")",
                     expression);
  }
  const bool is_let = std::any_of(table_->spec->lets.begin(), table_->spec->lets.end(),
                                  [&](const ColumnSpec& one) { return &one == &column; });
  if (is_struct && is_let && column.generator && column.generator->name != "progress") {
    const auto& type = static_cast<const arrow::StructType&>(*node(raw).type);
    return SpecErrors(
        {{expression.place, table_->name, "has several fields", column.name,
          "take one, such as " + column.name + "." + type.field(0)->name()}});
  }
  return ValueNode(column);
}

arrow::Result<int> TableBinder::ColumnPathNode(const ColumnSpec& column,
                                               std::span<const std::string> path,
                                               const Expr& expression) {
  if (column.is_nested()) return NestedBinder(this).Path(column, path, expression);
  ARROW_ASSIGN_OR_RAISE(const int raw, RawNode(column));
  if (path.size() == 1) return OwnNode(column, raw, expression);
  if (path.size() == 2 && node(raw).has_fields()) {
    return FieldNode(raw, path[1], expression);
  }
  if (node(raw).type->num_fields() > 0 && !node(raw).has_fields()) {
    ARROW_ASSIGN_OR_RAISE(const int value, ValueNode(column));
    return NestedBinder(this).Member(value, path, expression);
  }
  const int other = ReferencedTable(column);
  if (other < 0) {
    return SpecErrors({{expression.place, table_->name, "has no fields", path[0],
                        "only structs and foreign keys are followed by a point"}});
  }
  const BoundTable& far = dataset_->dataset().table(other);
  if (far.spec->calendar != nullptr && column.expression != nullptr) {
    return CalendarPathNode(far, path.subspan(1), expression);  // Of the own day.
  }
  if (far.spec->calendar != nullptr) {
    return SpecErrors({{expression.place, table_->name,
                        "a calendar is only followed from the row's own day", path[0],
                        "use functions of the date itself"}});
  }
  ARROW_ASSIGN_OR_RAISE(const int key, ValueNode(column));
  return JoinedNode(other, key, path.subspan(1), expression);
}

arrow::Result<int> TableBinder::MemberPathNode(std::span<const std::string> path,
                                               const Expr& expression) {
  TableBinder& base = dataset_->table(table_->base);
  const bool is_named = base.FindColumnOrLet(path[0]) == nullptr;
  const auto rest = path.subspan(is_named ? 1 : 0);
  const ColumnSpec* const there = base.FindColumnOrLet(rest[0]);
  const int member = FactNode(Fact::kMember);
  if (rest.size() > 1 || there == nullptr || there->span.is_always()) {
    return JoinedNode(table_->base, member, rest, expression);
  }
  // Which versions show the column is the history's to say: as it does itself.
  ARROW_ASSIGN_OR_RAISE(const int node, base.WholeNode(*there));
  return LinkNode(table_->base, member, node, FormatExpression(expression));
}

arrow::Result<int> TableBinder::PathNode(std::span<const std::string> path,
                                         const Expr& expression) {
  const std::string& head = path[0];
  if (head.starts_with("$")) return FactPathNode(path, expression);
  if (const ColumnSpec* column = FindInScope(head)) {
    return ColumnPathNode(*column, path, expression);
  }
  const int other = dataset_->dataset().FindTable(head);
  if (head == kPrevious && path.size() > 1 && other < 0) {
    ARROW_ASSIGN_OR_RAISE(const ExprPtr key,
                          ParseExpression("nullif($row, 0)", expression.place));
    ARROW_ASSIGN_OR_RAISE(const int node, ExpressionNode(*key, table_->name));
    return JoinedNode(table_->index, node, path.subspan(1), expression);
  }
  // A version sees its member as of the version's first day.
  if (table_->base >= 0 &&
      (dataset_->table(table_->base).FindColumnOrLet(head) != nullptr ||
       (other == table_->base && path.size() > 1))) {
    return MemberPathNode(path, expression);
  }
  if (path.size() > 1 && IsPart(other)) {
    return PartPathNode(other, path.subspan(1), expression);
  }
  const bool is_child = table_->parent >= 0;
  if (NestedBinder(this).IsOfOwner(head)) {
    return JoinedNode(table_->parent, -1, path, expression);
  }
  if (is_child && table_->spec->children->is_fact &&
      dataset_->table(table_->parent).FindColumnOrLet(head) != nullptr) {
    return JoinedNode(table_->parent, -1, path, expression);
  }
  if (is_child && path.size() > 1 && head == "parent") {
    return JoinedNode(table_->parent, -1, path.subspan(1), expression);
  }
  if (other < 0) return UnknownName(head, expression);
  return TablePathNode(other, path, expression);
}

arrow::Result<int> TableBinder::TablePathNode(int other,
                                              std::span<const std::string> path,
                                              const Expr& expression) {
  const std::string& head = path[0];
  const auto rest = path.subspan(1);
  const BoundTable& far = dataset_->dataset().table(other);
  const bool is_child = table_->parent >= 0 && !rest.empty();
  if (other != table_->index && !rest.empty()) {
    if (far.spec->calendar != nullptr) return CalendarPathNode(far, rest, expression);
    if (far.base >= 0 && is_child && LinksTo(far.base).empty()) {
      return JoinedNode(table_->parent, -1, path, expression);  // What the parent names.
    }
    if (far.base >= 0) return HistoryPathNode(far, rest, expression);
  }
  if (is_child && other == table_->parent) {
    return JoinedNode(table_->parent, -1, rest, expression);
  }
  const std::vector<const ColumnSpec*> keys = LinksTo(other);
  if (keys.empty() && is_child) {  // Of the parent, then.
    return JoinedNode(table_->parent, -1, path, expression);
  }
  if (keys.size() == 1 && !rest.empty()) {
    ARROW_ASSIGN_OR_RAISE(const int key, ValueNode(*keys[0]));
    return JoinedNode(other, key, rest, expression);
  }
  std::string hint = keys.empty() ? "add a column with {foreign_key: {to: " + head + "}}"
                                  : "say which: " + keys[0]->name + ".column";
  return SpecErrors(
      {{expression.place, table_->name,
        keys.empty() ? "does not refer to table" : "refers more than once to", head,
        rest.empty() ? "write " + head + ".column" : hint}});
}

arrow::Result<int> TableBinder::JoinedNode(int other_table, int key_node,
                                           std::span<const std::string> rest,
                                           const Expr& expression) {
  TableBinder& other = dataset_->table(other_table);
  const NameScope scope(&other.scope_, "");
  ARROW_ASSIGN_OR_RAISE(const int other_node, other.PathNode(rest, expression));
  return LinkNode(other_table, key_node, other_node, FormatExpression(expression));
}

int TableBinder::LinkNode(int other_table, int key_node, int other_node,
                          const std::string& text) {
  const auto kind = key_node < 0 ? GraphNode::Kind::kParent : GraphNode::Kind::kLookup;
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == kind && n.other_table == other_table && n.other_node == other_node &&
        (key_node < 0 || n.inputs[0] == key_node)) {
      return static_cast<int>(i);
    }
  }
  const GraphNode& target = dataset_->table(other_table).node(other_node);
  GraphNode node{.kind = kind, .name = table_->name + "." + text};
  node.type = target.type;
  node.shape = target.shape;
  node.other_table = other_table;
  node.other_node = other_node;
  if (key_node >= 0) {
    node.inputs = {key_node};
    node.shape.nullable |= this->node(key_node).shape.nullable;
    // A parent's order is not ours.
    if (node.shape.kind == ShapeKind::kSequence ||
        node.shape.kind == ShapeKind::kSorted) {
      node.shape.kind = ShapeKind::kBounded;
    }
    // Facts of a day see that day, whatever the run's as-of day is.
    node.as_of_dependent = target.as_of_dependent && !table_->rows->sees_own_day();
  } else {
    if (node.shape.kind == ShapeKind::kSequence) node.shape.kind = ShapeKind::kSorted;
    node.as_of_dependent = target.as_of_dependent;
  }
  return Add(std::move(node));
}

int TableBinder::TextOfReferredRow(const Expr& expression, const GraphNode& text) {
  if (text.inputs.empty() || text.type->id() != arrow::Type::STRING ||
      !NeverFails(expression)) {
    return -1;
  }
  GraphNode there = text;
  const GraphNode& first = node(text.inputs[0]);
  const int other_table = first.other_table;
  for (int& input : there.inputs) {
    const GraphNode& n = node(input);
    if (n.kind != GraphNode::Kind::kLookup || n.inputs != first.inputs ||
        n.other_table != other_table || node(n.inputs[0]).shape.nullable) {
      return -1;
    }
    input = n.other_node;
  }
  const int key_node = first.inputs[0];
  const int other_node = dataset_->table(other_table).Add(std::move(there));
  return LinkNode(other_table, key_node, other_node, FormatExpression(expression));
}

}  // namespace lakeseed
