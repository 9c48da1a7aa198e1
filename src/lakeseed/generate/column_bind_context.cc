#include "lakeseed/generate/column_bind_context.h"

#include <utility>

#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/day_totals.h"
#include "lakeseed/generate/name_scope.h"

namespace lakeseed {

ColumnBindContext::ColumnBindContext(DatasetBinder* dataset, TableBinder* table,
                                     const ColumnSpec& column,
                                     std::shared_ptr<arrow::DataType> stated_type)
    : dataset_(dataset),
      table_(table),
      column_(&column),
      where_(table->table().name + "." + column.name),
      stated_type_(std::move(stated_type)),
      rows_(*table->table().rows),
      epoch_(dataset->spec().epoch),
      window_(dataset->spec().window) {}

Key ColumnBindContext::key(std::string_view purpose) const {
  auto found = asked_keys_.find(purpose);
  if (found == asked_keys_.end()) {
    found =
        asked_keys_
            .emplace(std::string(purpose),
                     dataset_->ColumnKey(table_->table().name, column_->name, purpose))
            .first;
  }
  // A redraw is another stream under the same name.
  return version_ == 1 ? found->second : found->second.Sub(version_).Sub(attempt_);
}

const DirtSpec* ColumnBindContext::dirt() const {
  return table_->table().spec->dirt.get();
}

Key ColumnBindContext::column_key(std::string_view column,
                                  std::string_view purpose) const {
  return dataset_->ColumnKey(table_->table().name, std::string(column), purpose);
}

ColumnBindContext ColumnBindContext::Frozen(int version, int attempt) const {
  ColumnBindContext copy = *this;
  copy.dataset_ = nullptr;
  copy.table_ = nullptr;
  copy.version_ = version;
  copy.attempt_ = attempt;
  return copy;
}

arrow::Result<BoundInput> ColumnBindContext::Input(const SpecNode& expression) {
  return Ask(expression.text, expression.place);
}

arrow::Result<BoundInput> ColumnBindContext::Input(std::string_view expression) {
  return Ask(expression, column_->place);
}

void ColumnBindContext::Give(const std::string& name, int node) {
  inputs_.emplace(name,
                  BoundInput{static_cast<int>(nodes_.size()), table_->node(node).type});
  nodes_.push_back(node);
}

arrow::Result<BoundInput> ColumnBindContext::Ask(std::string_view text,
                                                 const Place& place) {
  if (auto found = inputs_.find(text); found != inputs_.end()) return found->second;
  ARROW_ASSIGN_OR_RAISE(ExprPtr expression, ParseExpression(text, place));
  ARROW_ASSIGN_OR_RAISE(const int node, table_->ExpressionNode(*expression, where_));
  const BoundInput input{static_cast<int>(nodes_.size()), table_->node(node).type};
  nodes_.push_back(node);
  inputs_.emplace(std::string(text), input);
  return input;
}

arrow::Result<ReferencedTable> ColumnBindContext::Table(const std::string& name,
                                                        const Place& place) {
  if (auto found = tables_.find(name); found != tables_.end()) return found->second;
  const int index = dataset_->dataset().FindTable(name);
  if (index < 0) {
    std::vector<std::string> names;
    for (const auto& table : dataset_->dataset().tables()) names.push_back(table->name);
    return SpecErrors({{place, where_, "unknown table", name, DidYouMean(name, names)}});
  }
  const ReferencedTable table{name, dataset_->dataset().table(index).rows.get()};
  tables_.emplace(name, table);
  return table;
}

arrow::Result<int> ColumnBindContext::TotalNode(int table,
                                                const SpecNode& expression) const {
  TableBinder& other = dataset_->table(table);
  ARROW_ASSIGN_OR_RAISE(const ExprPtr parsed,
                        ParseExpression(expression.text, expression.place));
  const NameScope scope(&other.scope_, "");
  ARROW_ASSIGN_OR_RAISE(const int index, other.ExpressionNode(*parsed, where_));
  const GraphNode& node = other.node(index);
  if (node.type->id() == arrow::Type::INT64 && !node.as_of_dependent) return index;
  return SpecErrors(
      {{expression.place, where_,
        node.as_of_dependent ? "changes with the as-of day" : "is no integer",
        expression.text, "totals are of integers that stay as they are"}});
}

arrow::Result<std::shared_ptr<const DayTotals>> ColumnBindContext::Totals(
    const std::string& table, const Place& place, const SpecNode& value,
    std::span<const KeyMatch> keys) {
  if (dataset_ == nullptr) {
    return SpecErrors({{place, where_, "cannot be among what `changes` tracks", table,
                        "what is computed from it follows anyway"}});
  }
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable other, Table(table, place));
  if (other.rows == nullptr || !other.rows->has_times()) {
    return SpecErrors({{place, where_, "has no rows with days", table,
                        "name a table of `events:`, or children of one"}});
  }
  TotalsSource source{.table = dataset_->dataset().FindTable(table)};
  ARROW_ASSIGN_OR_RAISE(source.value, TotalNode(source.table, value));
  source.asking = dataset_->dataset().FindTable(table_->table().name);
  for (const KeyMatch& key : keys) {
    ARROW_ASSIGN_OR_RAISE(source.keys.emplace_back(), TotalNode(source.table, key.other));
    source.asked.push_back(nodes_[static_cast<size_t>(key.own.index)]);
  }
  return MakeDayTotals(dataset_->dataset(), std::move(source), dataset_->last_day());
}

}  // namespace lakeseed
