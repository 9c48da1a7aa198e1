// ColumnSpec: a column, a let or a rule of a table as the file says it, checked in
// form, not yet bound.
//
// Thread safety: plain values.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/column_span.h"
#include "lakeseed/spec/expression.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {

/// One generator with its parameters, still a tree: {poisson: {mean: 2}}.
struct GeneratorCall {
  std::string name;  ///< "poisson"
  SpecNode params;   ///< The mapping, or the one obvious parameter as it stands.
  Place place;
};

struct DriftSpec;  // drift_spec.h

struct ListSpec;

/// A column or a let: an expression, a generator, a struct or a list.
struct ColumnSpec {
  std::string name;  ///< Of a field, with those of the structs around it: "home.city".
  std::string doc;
  ExprPtr expression;                      ///< Set when the value is a scalar.
  std::optional<GeneratorCall> generator;  ///< Set when the value is a mapping.
  std::vector<ColumnSpec> fields;          ///< Of a struct, in their order.
  std::shared_ptr<const ListSpec> list;    ///< Of a list.
  std::string type;          ///< Stated type text ("decimal(12,2)"), or empty.
  double null_fraction = 0;  ///< Share of nulls in [0, 1].
  ExprPtr when;              ///< Null unless this is true; may be unset.
  bool unique = false;       ///< Checked by validate; keys are unique anyway.
  ColumnSpan span;           ///< Days on which files have the column.
  std::shared_ptr<const DriftSpec> drift;  ///< How its law moves in time; may be unset.
  Place place;

  bool is_nested() const { return list != nullptr || !fields.empty(); }
  /// The name without those of the structs around it.
  std::string_view own_name() const {
    return std::string_view(name).substr(name.rfind('.') + 1);
  }
};

/// `{list: {length: {poisson: {mean: 2, max: 6}}, of: {choice: …}}}`: its elements are
/// the rows of a hidden table, children of the row that has the list.
struct ListSpec {
  GeneratorCall length;          ///< A law of counts, as of children.
  std::vector<ColumnSpec> lets;  ///< Of each element.
  ColumnSpec element;            ///< Its name is kElement; fields of a struct go bare.
};

/// Name of the elements, as the one column of a list's table.
inline constexpr std::string_view kElement = "[]";

/// A named rule that validate checks.
/// `running: balance_after, per: account_id, adds: …, from: …`: each row's value is that
/// of the row before it with the same `per`, at first `from`, and what it adds.
struct RunningRule {
  std::string column;
  std::string per;
  ExprPtr adds, from;
};

/// `total: quantity_sold, of: fact_sales, sum: quantity, match: {…}`: each row's value is
/// the sum over the rows of another table whose keys are the row's; 0 where there is
/// none.
struct TotalRule {
  std::string column;
  std::string of;
  ExprPtr sum;                                     ///< Over the rows of that table.
  std::vector<std::pair<ExprPtr, ExprPtr>> match;  ///< Keys of this table, and of that.
};

struct RuleSpec {
  std::string name;
  std::string doc;
  ExprPtr condition;                ///< A boolean over the row (null counts as true), or
  std::vector<std::string> unique;  ///< columns that are unique together, or
  std::shared_ptr<const RunningRule> running;  ///< a sum that goes on from row to row, or
  std::shared_ptr<const TotalRule> total;      ///< a sum of another table's rows.
  Place place;
};

}  // namespace lakeseed
