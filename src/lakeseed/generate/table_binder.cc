#include "lakeseed/generate/table_binder.h"

#include <arrow/api.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/column_bind_context.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/expression_binding.h"
#include "lakeseed/generate/name_scope.h"
#include "lakeseed/generate/nested_binder.h"
#include "lakeseed/generate/tracked_generator.h"
#include "lakeseed/spec/calendar_spec.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr std::string_view kKeyName = "key";

/// Dictionary or not is a matter of memory; the value type is the type.
const arrow::DataType& ValueType(const arrow::DataType& type) {
  return type.id() == arrow::Type::DICTIONARY
             ? *static_cast<const arrow::DictionaryType&>(type).value_type()
             : type;
}

}  // namespace

TableBinder::TableBinder(DatasetBinder* dataset, BoundTable* table)
    : dataset_(dataset), table_(table) {}

std::string TableBinder::Where(const ColumnSpec& column) const {
  return table_->name + "." + column.name;
}

int TableBinder::Add(GraphNode node) {
  for (int input : node.inputs) {
    node.as_of_dependent |= table_->graph[static_cast<size_t>(input)].as_of_dependent;
  }
  table_->graph.push_back(std::move(node));
  return static_cast<int>(table_->graph.size()) - 1;
}

const ColumnSpec* TableBinder::FindColumnOrLet(std::string_view name) const {
  for (const auto* list : {&table_->spec->columns, &table_->spec->lets}) {
    if (const ColumnSpec* column = FindColumn(*list, name)) return column;
  }
  return nullptr;
}

void TableBinder::BindColumns() {
  CheckDirt();
  for (const auto* list : {&table_->spec->lets, &table_->spec->columns}) {
    for (const ColumnSpec& column : *list) {
      const bool is_let = list == &table_->spec->lets;
      // A let may be a struct, which has no value of its own.
      arrow::Result<int> node = is_let ? RawNode(column) : WrittenNode(column);
      if (!node.ok()) {
        dataset_->Report(node.status());
      } else if (!is_let) {
        table_->columns.push_back(Output(column, *node));
      }
    }
  }
}

void TableBinder::CheckRules() {
  for (const RuleSpec& rule : table_->spec->rules) {
    const std::string where = table_->name + ".rules." + rule.name;
    const auto check = [&](TableBinder* binder, const ExprPtr& part) {
      const arrow::Result<int> bound = binder->ExpressionNode(*part, where);
      if (!bound.ok()) dataset_->Report(bound.status());
    };
    if (rule.running != nullptr) {
      for (const ExprPtr& part : {rule.running->adds, rule.running->from}) {
        check(this, part);
      }
    }
    if (rule.total != nullptr) {
      TableBinder& other = dataset_->table(dataset_->dataset().FindTable(rule.total->of));
      check(&other, rule.total->sum);
      for (const auto& [own, theirs] : rule.total->match) {
        check(this, own);
        check(&other, theirs);
      }
    }
    if (rule.condition == nullptr) continue;
    const arrow::Result<int> bound = ExpressionNode(*rule.condition, where);
    if (!bound.ok()) {
      dataset_->Report(bound.status());
    } else if (node(*bound).type->id() != arrow::Type::BOOL) {
      dataset_->Report(
          SpecErrors({{rule.condition->place, where, "a rule needs a condition",
                       FormatExpression(*rule.condition), "compare with = < > or in"}}));
    }
  }
}

BoundColumn TableBinder::Output(const ColumnSpec& column, int index) const {
  const GraphNode& n = node(index);
  BoundColumn output{.name = column.name,
                     .doc = column.doc,
                     .node = index,
                     .type = n.type,
                     .shape = n.shape};
  const CalendarSpec* calendar = table_->spec->calendar.get();
  output.is_key = (column.generator && column.generator->name == kKeyName) ||
                  (calendar != nullptr && column.name == calendar->key());
  if (const int other = ReferencedTable(column); other >= 0) {
    const BoundTable& target = dataset_->dataset().table(other);
    if (!target.spec->is_hidden) output.references = target.name;
  }
  return output;
}

arrow::Result<int> TableBinder::RawNode(const ColumnSpec& column) {
  {
    Entry& entry = entries_[&column];
    if (entry.failed) return DatasetBinder::DependencyFailed();
    if (entry.raw >= 0) return entry.raw;
    if (entry.busy) {
      return SpecErrors(
          {{column.place, Where(column),
            "is defined by itself, through the names it reads", std::nullopt,
            "break the circle: let one of them be drawn by a generator"}});
    }
    entry.busy = true;
  }
  arrow::Result<int> node = BindRaw(column);
  Entry& entry = entries_[&column];
  entry.busy = false;
  if (!node.ok()) {
    entry.failed = true;
    return node.status();
  }
  return entry.raw = *node;
}

arrow::Result<int> TableBinder::BindRaw(const ColumnSpec& column) {
  const NameScope scope(&scope_, ScopeOf(column));
  if (!column.fields.empty()) return NestedBinder(this).Struct(column);
  if (column.list != nullptr) return NestedBinder(this).List(column);
  if (column.drift) return BindDrifting(column);
  if (column.generator) return BindGenerator(column);
  return ExpressionNode(*column.expression, Where(column));
}

arrow::Result<int> TableBinder::BindValue(const ColumnSpec& column, int raw) {
  const NameScope scope(&scope_, ScopeOf(column));
  int value = raw;
  if (node(raw).has_fields()) {
    const auto& type = static_cast<const arrow::StructType&>(*node(raw).type);
    ARROW_ASSIGN_OR_RAISE(value, FieldNode(raw, type.field(0)->name(), Expr{}));
  }
  if (!column.type.empty()) {
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::DataType> stated,
                          ParseTypeName(column.type, column.place));
    if (node(value).type->num_fields() > 0) {
      return SpecErrors(
          {{column.place, Where(column), "structs and lists have no other type",
            column.type, "state `type` of what is in it"}});
    }
    if (!stated->Equals(ValueType(*node(value).type))) {
      value = Add({.kind = GraphNode::Kind::kCast,
                   .name = Where(column),
                   .inputs = {value},
                   .type = stated,
                   .shape = ShapeOfType(*stated, node(value).shape.nullable)});
    }
  }
  if (column.null_fraction <= 0 && column.when == nullptr) return value;
  GraphNode nulls{.kind = GraphNode::Kind::kNulls,
                  .name = Where(column),
                  .inputs = {value},
                  .type = node(value).type,
                  .shape = node(value).shape};
  nulls.shape.nullable = true;
  nulls.null_fraction = column.null_fraction;
  nulls.null_key = dataset_->ColumnKey(table_->name, column.name, "null");
  if (column.when != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const int when, ExpressionNode(*column.when, Where(column)));
    if (node(when).type->id() != arrow::Type::BOOL) {
      return SpecErrors({{column.when->place, Where(column), "`when` needs a condition",
                          FormatExpression(*column.when), "compare with = < > or in"}});
    }
    nulls.inputs.push_back(when);
  }
  return Add(std::move(nulls));
}

arrow::Result<int> TableBinder::BindGenerator(const ColumnSpec& column, int law) {
  const GeneratorCall& call = *column.generator;
  const GeneratorDef* def = FindGenerator(call.name);
  if (def == nullptr) {
    std::vector<std::string> names;
    for (const GeneratorDef* one : BuiltinGenerators()) names.emplace_back(one->name);
    return SpecErrors({{call.place, Where(column), "unknown generator", call.name,
                        DidYouMean(call.name, names)}});
  }
  std::shared_ptr<arrow::DataType> stated;
  if (!column.type.empty()) {
    ARROW_ASSIGN_OR_RAISE(stated, ParseTypeName(column.type, column.place));
  }
  // Kept for who binds the generator again, when this binder is gone.
  auto constants = std::make_shared<std::map<std::string, std::string>>();
  auto evaluate = [this, constants](const SpecNode& node) -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(std::string value, dataset_->Constant(node));
    (*constants)[node.text] = value;
    return value;
  };
  Params params(call, Where(column), evaluate);
  ColumnBindContext context(dataset_, this, column, stated);
  if (law >= 0) context.Give("$law", law);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const ColumnGenerator> generator,
                        def->bind(params, context));
  ARROW_RETURN_NOT_OK(params.Finish());

  GraphNode node{.kind = GraphNode::Kind::kGenerator, .name = Where(column)};
  node.inputs = context.nodes();
  node.type = generator->type();
  node.shape = generator->shape(node.type->id() == arrow::Type::STRUCT ? 0 : -1);
  const std::optional<PopulationSpec>& population = table_->spec->population;
  if (population && population->changes) {
    const std::vector<std::string>& tracks = population->changes->tracks;
    const auto at = std::find(tracks.begin(), tracks.end(), column.name);
    if (at != tracks.end()) {
      node.kind = GraphNode::Kind::kTracked;
      node.as_of_dependent = true;
      // Rebinding reads no other table's spec, so a copy of what it needs will do.
      auto again = [def, call, where = Where(column), context, constants](
                       int version,
                       int attempt) -> arrow::Result<TrackedGenerator::GeneratorPtr> {
        Params params(call, where,
                      [&](const SpecNode& node) -> arrow::Result<std::string> {
                        return constants->at(node.text);
                      });
        ColumnBindContext frozen = context.Frozen(version, attempt);
        ARROW_ASSIGN_OR_RAISE(TrackedGenerator::GeneratorPtr bound,
                              def->bind(params, frozen));
        return bound;
      };
      // By name, so that their order in the file does not matter.
      const int root = static_cast<int>(
          std::count_if(tracks.begin(), tracks.end(),
                        [&](const std::string& other) { return other < column.name; }));
      node.tracked = std::make_shared<TrackedGenerator>(
          generator, again, *table_->rows, root, static_cast<int>(tracks.size()));
    }
  }
  node.generator = std::move(generator);
  return Add(std::move(node));
}

arrow::Result<int> TableBinder::ExpressionNode(const Expr& expression,
                                               const std::string& where) {
  if (expression.kind == Expr::Kind::kPath || expression.kind == Expr::Kind::kMethod) {
    return PathNode(expression.path, expression);
  }
  // Equal texts over the same rows have equal values: made once, used twice.
  const std::string text = scope_ + FormatExpression(expression);
  if (const auto at = expressions_.find(text); at != expressions_.end()) {
    return at->second;
  }
  ExpressionResolver resolver(this, where);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const BoundExpression> bound,
                        BoundExpression::Bind(expression, where, &resolver));
  GraphNode node{.kind = GraphNode::Kind::kExpression, .name = where};
  node.inputs = resolver.nodes();
  node.type = bound->type();
  ARROW_ASSIGN_OR_RAISE(node.guards, resolver.GuardsOf(expression));
  node.shape = ShapeOfType(*bound->type(), bound->nullable());
  node.expression = std::move(bound);
  const int referred = TextOfReferredRow(expression, node);
  return expressions_[text] = referred >= 0 ? referred : Add(std::move(node));
}

int TableBinder::FactNode(Fact fact) {
  auto [at, added] = facts_.try_emplace(fact, -1);
  if (!added) return at->second;
  GraphNode node{.kind = GraphNode::Kind::kFact, .name = table_->name};
  node.fact = fact;
  switch (fact) {
    case Fact::kRow:
      node.type = arrow::int64();
      node.shape.kind = ShapeKind::kSequence;
      break;
    case Fact::kTime:
    case Fact::kAsOf:
      node.type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
      node.shape.kind = ShapeKind::kSorted;
      break;
    case Fact::kDay:
      node.type = arrow::date32();
      node.shape.kind = ShapeKind::kSorted;
      break;
    case Fact::kArrival:
    case Fact::kBorn:
      node.type = arrow::date32();
      node.shape.kind = ShapeKind::kBounded;
      break;
    case Fact::kStep:
    case Fact::kPart:
    case Fact::kMember:
    case Fact::kVersion:
      node.type = arrow::int64();
      node.shape.kind = ShapeKind::kBounded;
      break;
    case Fact::kValidFrom:
    case Fact::kValidTo:
      node.type = arrow::date32();
      node.shape.kind = ShapeKind::kBounded;
      break;
    case Fact::kAlive:
    case Fact::kCurrent:
      node.type = arrow::boolean();
      node.shape.kind = ShapeKind::kBoolean;
      break;
  }
  node.as_of_dependent = fact == Fact::kAlive || fact == Fact::kAsOf ||
                         fact == Fact::kValidTo || fact == Fact::kCurrent;
  return at->second = Add(std::move(node));
}

arrow::Result<int> TableBinder::FieldNode(int struct_node, const std::string& field,
                                          const Expr& expression) {
  const auto& type = static_cast<const arrow::StructType&>(*node(struct_node).type);
  const int index = type.GetFieldIndex(field);
  if (index < 0) {
    std::vector<std::string> names;
    for (const auto& one : type.fields()) names.push_back(one->name());
    return SpecErrors({{expression.place, node(struct_node).name, "has no such field",
                        field, DidYouMean(field, names)}});
  }
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == GraphNode::Kind::kField && n.inputs[0] == struct_node &&
        n.field == index) {
      return static_cast<int>(i);
    }
  }
  GraphNode n{.kind = GraphNode::Kind::kField,
              .name = node(struct_node).name + "." + field,
              .inputs = {struct_node},
              .type = type.field(index)->type(),
              .shape = node(struct_node).generator->shape(index)};
  n.field = index;
  return Add(std::move(n));
}

}  // namespace lakeseed
