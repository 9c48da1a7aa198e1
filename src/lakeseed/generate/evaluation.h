// Evaluation: the values of some rows of a family, each computed at most once.
//
//   Evaluation orders(program, orders_table, Rows(range), {}, as_of, pool);
//   orders.Batch(columns);                      // the parents
//   orders.Children(items_table)->Batch(...);   // their children, same memo
//
// Parent attributes, children's sums and look-ups pull each other in lazily; a
// child evaluation made here shares its parent's values, so a family costs one
// pass. Values never depend on how rows are cut (tests compare).
//
// Thread safety: one thread per evaluation; many evaluations at once.

#pragma once

#include <arrow/result.h>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/made_rows.h"
#include "lakeseed/generate/column_forms.h"
#include "lakeseed/generate/history_rows.h"
#include "lakeseed/generate/program.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/generate/selection.h"
#include "lakeseed/generate/version_cache.h"

namespace lakeseed {

class Evaluation {
 public:
  /// `view_days`: as of which each row is looked at (a child's), or null: the run's.
  Evaluation(const Program& program, int table, Rows rows,
             std::shared_ptr<arrow::Int32Array> view_days, AsOf as_of,
             arrow::MemoryPool* pool);
  ~Evaluation();

  int64_t num_rows() const { return rows_.length(); }
  const Rows& rows() const { return rows_; }
  /// Who makes it knows the versions of its rows on their view days.
  void KnowVersions(std::vector<int32_t> known) { seen_versions_ = std::move(known); }
  /// Values of a node of this table's graph.
  arrow::Result<std::shared_ptr<arrow::Array>> Get(int node);

  /// The columns (positions in BoundTable::columns) as one batch.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Batch(std::span<const int> columns);
  /// The same, in some of the forms.
  arrow::Result<MadeRows> Make(std::span<const int> columns, const ColumnForms& forms);
  /// All children, in `table`, of these rows, in order.
  arrow::Result<Evaluation*> Children(int table);

 private:
  struct ParentLink {
    std::shared_ptr<Evaluation> owned;  ///< Set when this evaluation made it.
    Evaluation* parent = nullptr;
    std::shared_ptr<arrow::Int32Array> place;  ///< Of each row's in parent->rows().
  };
  /// The children of these rows in one table; row i's are [offsets[i], offsets[i + 1]).
  struct Family {
    int table;
    std::unique_ptr<Evaluation> children;
    std::vector<int32_t> offsets;
  };
  /// Rows of another table that a foreign key names, and where each of our rows finds
  /// its own among them (null: the foreign key is null; no array: at its own place).
  struct Joined {
    std::unique_ptr<Evaluation> other;
    std::shared_ptr<arrow::Int32Array> place;
  };
  /// Values of the nodes that a set guards, in the rows in which they are seen.
  struct Guarded {
    std::optional<Selection> selection;  ///< None: those are most of the rows.
    std::vector<std::shared_ptr<arrow::Array>> memo;
  };

  arrow::Result<std::shared_ptr<arrow::Array>> Compute(const GraphNode& node, int index);
  /// After a node is made: what nobody else takes from its inputs goes.
  void ReleaseInputs(const GraphNode& node);
  /// Values of a node that the set guards, right where one of its guards holds; nullptr:
  /// it is better made for all rows.
  arrow::Result<std::shared_ptr<arrow::Array>> GuardedValue(int node, int set);
  arrow::Result<Guarded*> GuardedBy(int set);
  arrow::Result<std::shared_ptr<arrow::Buffer>> WhereHolds(const Guard& guard);
  /// Values of a node in the rows that the set selects.
  arrow::Result<std::shared_ptr<arrow::Array>> SomeOf(int node, int set);
  std::shared_ptr<arrow::Array> FieldOf(const GraphNode& node,
                                        const arrow::Array& whole) const;
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Inputs(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(const GraphNode& node, int index);
  arrow::Result<std::shared_ptr<arrow::Array>> FactOf(Fact fact);
  arrow::Result<std::shared_ptr<arrow::Array>> Alive();
  arrow::Result<std::shared_ptr<arrow::Array>> VersionFact(Fact fact);
  arrow::Result<std::shared_ptr<arrow::Array>> SeriesFact(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> VersionKey(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Nulls(const GraphNode& node, int index);
  /// Bits of the rows in which a node of kNulls leaves its input as it is.
  arrow::Result<std::shared_ptr<arrow::Buffer>> KeptBy(int node);
  arrow::Result<std::shared_ptr<arrow::Array>> Span(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Law(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Mix(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Grow(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Lookup(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Fold(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Struct(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> List(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Member(const GraphNode& node);
  arrow::Result<std::shared_ptr<arrow::Array>> Within(const GraphNode& node);
  arrow::Result<const KnownVersions*> VersionsAt(const GraphNode& node,
                                                 const arrow::Int64Array& keys);
  /// Texts that are kept, with nulls, or that are few, as a dictionary; nullptr: neither.
  arrow::Result<std::shared_ptr<arrow::Array>> NumberedTexts(int node);
  /// To be made where they are written; nullptr: they are better made here.
  arrow::Result<std::shared_ptr<const ColumnBlocks>> Blocks(int node);
  arrow::Result<const Joined*> Join(const GraphNode& node, const arrow::Int64Array& keys);
  arrow::Result<const ParentLink*> Parent();
  arrow::Result<Family*> FamilyOf(int table);
  /// Day of each row, of a member that of its birth, counted from the epoch.
  arrow::Result<std::shared_ptr<arrow::Int32Array>> OwnDays();
  /// Day as of which each row is looked at, counted from the epoch.
  arrow::Result<std::shared_ptr<arrow::Int32Array>> ViewDays();
  /// Day as of which each row sees the rows that it refers to.
  arrow::Result<std::shared_ptr<arrow::Int32Array>> LookDays();
  const HistoryRows::Versions& Versions();
  /// Versions of the rows, members that change, on their view days.
  arrow::Result<const std::vector<int32_t>*> SeenVersions();

  const Program& program_;
  const BoundTable& table_;
  const Rows rows_;
  const std::shared_ptr<arrow::Int32Array> view_days_;
  const AsOf as_of_;
  arrow::MemoryPool* const pool_;
  std::vector<std::shared_ptr<arrow::Array>> memo_;
  std::map<int, std::shared_ptr<arrow::Array>> numbered_;  ///< Of look-ups.
  std::vector<int32_t> uses_left_;  ///< Of each node's values; then they go.
  std::vector<std::unique_ptr<Guarded>> guarded_;       ///< By set.
  std::map<int, std::shared_ptr<arrow::Buffer>> kept_;  ///< By node.
  std::vector<std::unique_ptr<Family>> children_;
  std::map<std::pair<int, int>, Joined> joined_;  ///< By key node and other table.
  std::map<std::pair<int, int>, KnownVersions> versioned_;  ///< The same.
  ParentLink parent_;
  std::optional<HistoryRows::Versions> versions_;  ///< Of a history's rows.
  std::optional<std::vector<int32_t>> seen_versions_;
};

}  // namespace lakeseed
