// How the tables of a spec hang together: keys, references, parents; and what a
// column depends on.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

const ColumnSpec* FindColumnSpec(const TableSpec& table, std::string_view name);
const ColumnSpec* FindLetSpec(const TableSpec& table, std::string_view name);

/// Name of the `key` column, or empty.
std::string KeyColumn(const TableSpec& table);

/// Table that a foreign key refers to, or empty.
std::string TableReferredTo(const ColumnSpec& column);

/// The same for a column of `table`, which may also hold the key of a version
/// (`dim_customer.customer_key`), or what a history takes from its members
/// (`customers.customer_id`).
std::string TableReferredTo(const DatasetSpec& dataset, const TableSpec& table,
                            const ColumnSpec& column);

/// Name of the column whose values other tables refer to: the key, or the day or time of
/// a calendar; or empty.
std::string ReferredColumn(const TableSpec& table);

/// True if the rows of `table` are steps of a series over the rows of `other`.
bool IsPart(const TableSpec& table, std::string_view other);

/// True: a child's rows of one parent differ in this foreign key.
bool IsDistinctInParent(const ColumnSpec& column);

/// Column of a child that holds its parent's key (`order_id: parent.order_id`), or
/// empty.
std::string ParentLink(const DatasetSpec& dataset, const TableSpec& child);

/// Columns that refer to `target`.
std::vector<std::string> ReferencesTo(const DatasetSpec& dataset, const TableSpec& table,
                                      std::string_view target);

/// Column of a history with the key of each version's member, or empty.
std::string MemberColumn(const DatasetSpec& dataset, const TableSpec& history);

/// True if the column is among those that `changes:` gives new values.
bool IsTracked(const TableSpec& table, std::string_view column);

/// True if the column's value on another day may differ from that in the files:
/// it depends on the as-of day, or on what changes in the course of time.
bool ChangesInTime(const DatasetSpec& dataset, const TableSpec& table,
                   std::string_view column);

/// True if the rows of a foreign key or of a link to the parent name members that
/// live on the row's own day.
bool NamesLiving(const DatasetSpec& dataset, const TableSpec& table,
                 std::string_view link);

/// The column of an event table that holds `fact` as it is, or empty.
std::string ColumnOfFact(const TableSpec& table, std::string_view fact);

/// The expression with all lets that are expressions in place of their names.
ExprPtr InlineLets(const ExprPtr& expression, const TableSpec& table);

/// `child.column` as `column`: the expression as the child's own.
ExprPtr InsideChild(const ExprPtr& expression, std::string_view child);

/// The expression with `with` in place of each node that prints as `name`.
ExprPtr Substitute(const ExprPtr& expression, const std::string& name,
                   const ExprPtr& with);

/// case when `condition` then `expression` else null end.
ExprPtr Guarded(const ExprPtr& condition, const ExprPtr& expression);

/// True if the expression, with all else fixed, goes one way in `name`: it stands
/// in sums, products, quotients' dividends, round() and branches of case.
bool IsMonotone(const Expr& expression, const std::string& name);

/// True if a node of the expression prints as `name`.
bool Mentions(const Expr& expression, const std::string& name);

/// A call of sum, count, min, max or avg over many values.
bool IsFold(const Expr& call);

/// A call that folds a child table: sum(order_items.x). Returns the table, or empty.
std::string FoldedTable(const DatasetSpec& dataset, const Expr& call);

}  // namespace lakeseed
