#include "lakeseed/generate/nested_binder.h"

#include <arrow/api.h>

#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/name_scope.h"

namespace lakeseed {
namespace {

/// Texts inside are plain, never codes.
std::shared_ptr<arrow::DataType> PlainType(const std::shared_ptr<arrow::DataType>& type) {
  return type->id() == arrow::Type::DICTIONARY
             ? static_cast<const arrow::DictionaryType&>(*type).value_type()
             : type;
}

arrow::Status NoSuchField(const Expr& expression, const std::string& where,
                          const std::string& field, std::vector<std::string> names) {
  return SpecErrors(
      {{expression.place, where, "has no such field", field, DidYouMean(field, names)}});
}

bool MayBeNull(const ColumnSpec& column) {
  return column.null_fraction > 0 || column.when != nullptr || !column.span.is_always();
}

}  // namespace

const ColumnSpec* FindColumn(const std::vector<ColumnSpec>& columns,
                             std::string_view name) {
  for (const ColumnSpec& column : columns) {
    if (column.name == name) return &column;
    const bool may_hold = column.name == kElement || name.starts_with(column.name + ".");
    if (!may_hold) continue;
    if (const ColumnSpec* field = FindColumn(column.fields, name)) return field;
  }
  return nullptr;
}

arrow::Result<int> NestedBinder::Struct(const ColumnSpec& column) {
  GraphNode node{.kind = GraphNode::Kind::kStruct, .name = binder_.Where(column)};
  arrow::FieldVector fields;
  arrow::Status status;
  for (const ColumnSpec& field : column.fields) {
    const arrow::Result<int> value = binder_.ValueNode(field);
    if (!value.ok()) {
      binder_.dataset_->Report(value.status());
      status = DatasetBinder::DependencyFailed();
      continue;
    }
    const GraphNode& n = binder_.node(*value);
    fields.push_back(
        arrow::field(std::string(field.own_name()), PlainType(n.type), n.shape.nullable));
    node.inputs.push_back(*value);
  }
  ARROW_RETURN_NOT_OK(status);
  node.type = arrow::struct_(std::move(fields));
  return binder_.Add(std::move(node));
}

arrow::Result<int> NestedBinder::List(const ColumnSpec& column) {
  const BoundDataset& dataset = binder_.dataset_->dataset();
  GraphNode node{.kind = GraphNode::Kind::kList, .name = binder_.Where(column)};
  node.other_table = dataset.FindTable(binder_.Where(column));
  TableBinder& elements = binder_.dataset_->table(node.other_table);
  const ColumnSpec& element = elements.table().spec->columns.front();
  ARROW_ASSIGN_OR_RAISE(node.other_node, elements.ValueNode(element));
  const GraphNode& value = elements.node(node.other_node);
  node.type =
      arrow::list(arrow::field("element", PlainType(value.type), value.shape.nullable));
  node.as_of_dependent = value.as_of_dependent;
  return binder_.Add(std::move(node));
}

arrow::Result<int> NestedBinder::Path(const ColumnSpec& column,
                                      std::span<const std::string> path,
                                      const Expr& expression) {
  if (path.size() == 1) return binder_.ValueNode(column);
  if (column.list != nullptr) {
    return SpecErrors(
        {{expression.place, binder_.table().name,
          "is a list, whose elements are only folded", FormatExpression(expression),
          "write sum(), min(), max() or count() around it"}});
  }
  std::vector<std::string> names;
  for (const ColumnSpec& field : column.fields) {
    names.emplace_back(field.own_name());
    if (names.back() != path[1]) continue;
    ARROW_ASSIGN_OR_RAISE(const int value,
                          binder_.ColumnPathNode(field, path.subspan(1), expression));
    // Inside the struct its fields see each other, whether it is null or not.
    const bool is_inside = binder_.scope_.starts_with(column.name + ".");
    if (is_inside || !MayBeNull(column)) return value;
    ARROW_ASSIGN_OR_RAISE(const int owner, binder_.ValueNode(column));
    return Within(value, owner);
  }
  return NoSuchField(expression, binder_.Where(column), path[1], std::move(names));
}

arrow::Result<int> NestedBinder::Member(int value, std::span<const std::string> path,
                                        const Expr& expression) {
  if (path.size() == 1) return value;
  const GraphNode& whole = binder_.node(value);
  const std::shared_ptr<arrow::DataType> type = whole.type;
  std::vector<std::string> names;
  for (const auto& field : type->fields()) names.push_back(field->name());
  const auto at = std::find(names.begin(), names.end(), path[1]);
  if (type->id() != arrow::Type::STRUCT || at == names.end()) {
    return NoSuchField(expression, whole.name, path[1], std::move(names));
  }
  GraphNode node{.kind = GraphNode::Kind::kMember,
                 .name = whole.name + "." + path[1],
                 .inputs = {value}};
  node.field = static_cast<int>(at - names.begin());
  const arrow::Field& field = *type->field(node.field);
  node.type = field.type();
  node.shape = ShapeOfType(*node.type, field.nullable() || whole.shape.nullable);
  return Member(binder_.Add(std::move(node)), path.subspan(1), expression);
}

int NestedBinder::Within(int value, int owner) {
  if (!binder_.node(owner).shape.nullable) return value;
  GraphNode node{.kind = GraphNode::Kind::kWithin,
                 .name = binder_.node(value).name,
                 .inputs = {value, owner},
                 .type = binder_.node(value).type,
                 .shape = binder_.node(value).shape};
  node.shape.nullable = true;
  return binder_.Add(std::move(node));
}

bool NestedBinder::IsOfOwner(std::string_view name) {
  TableBinder* at = &binder_;
  while (at->table().spec->is_list()) {
    at = &binder_.dataset_->table(at->table().parent);
    if (at->FindColumnOrLet(name) != nullptr) return true;
  }
  return false;
}

NestedBinder::Children NestedBinder::ChildrenOf(std::span<const std::string> path) {
  const BoundDataset& dataset = binder_.dataset_->dataset();
  const int table = binder_.table().index;
  const ColumnSpec* column = binder_.FindInScope(path[0]);
  for (size_t names = 1; column != nullptr; ++names) {
    if (column->list != nullptr) {
      return {dataset.FindTable(binder_.Where(*column)), names, true};
    }
    if (names == path.size()) break;
    column = FindColumn(column->fields, column->name + "." + path[names]);
  }
  const int child = dataset.FindTable(path[0]);
  const bool is_child = child >= 0 && dataset.table(child).parent == table;
  return {.table = is_child ? child : -1};
}

}  // namespace lakeseed
