// TableBinder: the value of a column on the days on which files have it.

#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {

arrow::Result<int> TableBinder::WholeNode(const ColumnSpec& column) {
  ARROW_ASSIGN_OR_RAISE(const int raw, RawNode(column));
  Entry& entry = entries_[&column];
  if (entry.whole >= 0) return entry.whole;
  arrow::Result<int> value = BindValue(column, raw);
  if (!value.ok()) {
    entries_[&column].failed = true;
    return value.status();
  }
  return entries_[&column].whole = *value;
}

arrow::Result<int> TableBinder::ValueNode(const ColumnSpec& column) {
  ARROW_ASSIGN_OR_RAISE(const int whole, WholeNode(column));
  Entry& entry = entries_[&column];
  if (entry.value >= 0) return entry.value;
  if (column.span.is_always()) return entry.value = whole;
  GraphNode span{.kind = GraphNode::Kind::kSpan,
                 .name = Where(column),
                 .inputs = {whole},
                 .type = node(whole).type,
                 .shape = node(whole).shape};
  span.shape.nullable = true;
  span.span = column.span;
  // Rows that have days of their own are seen on those.
  const BoundTable& root = dataset_->dataset().table(table_->root);
  span.as_of_dependent = !root.spec->has_own_days();
  return entry.value = Add(std::move(span));
}

}  // namespace lakeseed
