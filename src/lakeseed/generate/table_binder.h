// TableBinder: the columns and lets of one table, from spec to graph nodes.
//
// Nodes are made on demand: a column is bound when it is asked for, by the
// output or by another name, so order in the file does not matter and a cycle
// is found where it closes. Every error becomes a diagnostic of the dataset
// binder; what depends on a broken column fails silently (the first error is
// enough).
//
// Thread safety: none; binding runs on one thread.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

class DatasetBinder;

class TableBinder {
 public:
  TableBinder(DatasetBinder* dataset, BoundTable* table);

  BoundTable& table() { return *table_; }

  /// Bind all columns, in file order; errors go to the dataset binder.
  void BindColumns();

  /// Bind the rules only to report what is wrong with them before a row is made;
  /// nothing evaluates their nodes. REQUIRES: the columns of all tables are bound.
  void CheckRules();

  /// Node of a column or let, as a value (structs give their first field).
  arrow::Result<int> ValueNode(const ColumnSpec& column);
  /// The same on all days, also on those on which files do not have the column.
  arrow::Result<int> WholeNode(const ColumnSpec& column);
  /// Node of a path: names from left to right, with the rules of the language.
  arrow::Result<int> PathNode(std::span<const std::string> path, const Expr& expression);
  /// Node of any expression of this table's rows. `where` is the dotted path for errors.
  arrow::Result<int> ExpressionNode(const Expr& expression, const std::string& where);
  /// Node of sum/count/min/max over a child table.
  arrow::Result<int> FoldNode(const Expr& call, const std::string& where);
  int FactNode(Fact fact);

  const ColumnSpec* FindColumnOrLet(std::string_view name) const;
  /// The same, where a field's name may go without those of the structs around it.
  const ColumnSpec* FindInScope(std::string_view name) const;
  /// Table that column `column` is a foreign key to, or -1.
  int ReferencedTable(const ColumnSpec& column) const;
  int Add(GraphNode node);
  const GraphNode& node(int index) const {
    return table_->graph[static_cast<size_t>(index)];
  }

 private:
  friend class ColumnBindContext;
  friend class NestedBinder;
  struct Entry {
    int raw = -1;       ///< The generator's or expression's own node (a struct, maybe).
    int whole = -1;     ///< With type and nulls applied.
    int value = -1;     ///< The same, null on days outside the column's span.
    bool busy = false;  ///< Being bound: meeting it again closes a cycle.
    bool failed = false;
  };

  arrow::Result<int> RawNode(const ColumnSpec& column);
  arrow::Result<int> BindRaw(const ColumnSpec& column);
  /// `law`: node that the generator may ask for as $law, or -1.
  arrow::Result<int> BindGenerator(const ColumnSpec& column, int law = -1);
  arrow::Result<int> BindDrifting(const ColumnSpec& column);
  /// The value as it is written, which may be dirty; nothing reads it.
  arrow::Result<int> WrittenNode(const ColumnSpec& column);
  /// Report dirt on columns that there are not.
  void CheckDirt();
  arrow::Status CheckDrift(const ColumnSpec& column) const;
  arrow::Result<double> DriftNumber(const SpecNode& node, const std::string& where) const;
  /// Node of the column's generator with other parameters.
  arrow::Result<int> BindLaw(const ColumnSpec& column, const GeneratorCall& call,
                             int law);
  arrow::Result<int> Growing(const ColumnSpec& column, int value, double rate);
  arrow::Result<int> Mixing(const ColumnSpec& column, int law);
  arrow::Result<int> BindValue(const ColumnSpec& column, int raw);
  arrow::Result<int> FieldNode(int struct_node, const std::string& field,
                               const Expr& expression);
  arrow::Result<int> FactPathNode(std::span<const std::string> path,
                                  const Expr& expression);
  /// A column or let by its name alone.
  arrow::Result<int> OwnNode(const ColumnSpec& column, int raw, const Expr& expression);
  arrow::Result<int> ColumnPathNode(const ColumnSpec& column,
                                    std::span<const std::string> path,
                                    const Expr& expression);
  /// What a version takes from its member.
  arrow::Result<int> MemberPathNode(std::span<const std::string> path,
                                    const Expr& expression);
  /// A path whose first name is the table `other`.
  arrow::Result<int> TablePathNode(int other, std::span<const std::string> path,
                                   const Expr& expression);
  arrow::Result<int> JoinedNode(int other_table, int key_node,
                                std::span<const std::string> rest,
                                const Expr& expression);
  /// Node of the key in `history` of the version that this row's one reference to its
  /// base names on the row's day.
  arrow::Result<int> VersionKeyNode(const BoundTable& history, const Expr& expression);
  /// Columns, and fields of columns, that refer to the table `other`.
  std::vector<const ColumnSpec*> LinksTo(int other) const;
  /// Path into the row of a calendar that this row's day, or time of day, has.
  arrow::Result<int> CalendarPathNode(const BoundTable& calendar,
                                      std::span<const std::string> rest,
                                      const Expr& expression);
  /// Whether the rows are steps of a series over the rows of table `other`.
  bool IsPart(int other) const;
  /// Node of the key of this row's member in the table `other` of a series.
  int PartNode(int other);
  arrow::Result<int> PartPathNode(int other, std::span<const std::string> rest,
                                  const Expr& expression);
  arrow::Result<int> HistoryPathNode(const BoundTable& history,
                                     std::span<const std::string> rest,
                                     const Expr& expression);
  /// Node of another table's node, through a foreign key or (key -1) the parent.
  int LinkNode(int other_table, int key_node, int other_node, const std::string& text);
  /// Text made of one referred row's attributes and nothing else: made there, once
  /// for each of those rows, and looked up. -1: the node is no such text.
  int TextOfReferredRow(const Expr& expression, const GraphNode& node);
  arrow::Status UnknownName(const std::string& name, const Expr& expression) const;
  BoundColumn Output(const ColumnSpec& column, int node) const;
  std::string Where(const ColumnSpec& column) const;

  DatasetBinder* const dataset_;
  BoundTable* const table_;
  std::map<const ColumnSpec*, Entry> entries_;
  std::map<Fact, int> facts_;
  std::map<std::string, int> expressions_;  ///< By scope and canonical text.
  std::string scope_;  ///< Structs whose fields a name means first: "home.geo.".
};

}  // namespace lakeseed
