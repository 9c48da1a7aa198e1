// TableScope: what the names in one table's expressions mean over files alone.
//
// A name becomes a slot: a column of the table or of a row it refers to (joined by
// key), or a fold over its children or over a list. Lets and facts that no file holds
// have no slot: asking for them gives NotImplemented with the reason.
//
// Of a run by day a row is joined with the copy of its own day, or else with the
// copies before and after it; then a row that is in neither may be one that came
// and left in between, and what is joined to it is unknown. A late row's own day is
// that of its event.
//
// Calls: (Column | Path | FoldOf | RowOf | Bind)* Prepare Next*.
//
// Thread safety: one thread.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/validate/dataset_files.h"
#include "lakeseed/validate/key_index.h"
#include "lakeseed/validate/list_fold.h"
#include "lakeseed/validate/row_block.h"
#include "lakeseed/validate/table_dirt.h"

namespace lakeseed {

class TableScope final : public NameResolver {
 public:
  TableScope(const DatasetFiles* files, const TableSpec* table);
  ~TableScope() override;

  const DatasetSpec& dataset() const { return files_->spec(); }
  const DatasetFiles& files() const { return *files_; }
  const TableSpec& table() const { return *table_; }
  const TableFiles& own() const { return *own_; }

  /// Slot of a column of the table.
  /// \retval NotImplemented  no file has it; the message is the reason
  arrow::Result<Input> Column(const std::string& name);
  /// Slot of a path: column, parent.column, reference.column, ….
  arrow::Result<Input> Path(std::span<const std::string> path);
  /// Slot of sum(child.x), count(child) ….
  arrow::Result<Input> FoldOf(const Expr& call);
  /// Slot of the places of the rows that `link` refers to; null where there is none.
  arrow::Result<Input> RowOf(const std::string& link, const std::string& target);
  /// Slot of a column of the row that `link` refers to, whatever day its files show.
  arrow::Result<Input> ColumnOfRow(const std::string& link, const std::string& target,
                                   const std::string& column);

  /// Bind an expression, its lets inlined.
  /// \retval NotImplemented  it needs what no file has; the message says what
  arrow::Result<std::shared_ptr<const BoundExpression>> Bind(const ExprPtr& expression,
                                                             const std::string& path);

  arrow::Result<Input> Resolve(const Expr& path) override;
  arrow::Result<Input> ResolveFold(const Expr& call) override;

  /// Read the tables referred to and fold the children.
  arrow::Status Prepare();
  /// Read the next block of the table and fill all slots.
  arrow::Result<bool> Next(RowBlock* block);

 private:
  struct Reference {
    std::optional<std::vector<int32_t>> days;  ///< Of the copies read; by day only.
    /// Greatest key of the last copy up to the row's day, if there is one.
    std::optional<int64_t> last_key;
    KeyIndex keys;
    std::vector<std::string> columns;
    std::vector<arrow::ArrayVector> chunks;
    std::vector<std::shared_ptr<arrow::Array>> values;
    std::vector<bool> dirty;  ///< By place; empty: none is.
  };
  enum class SlotKind { kColumn, kRow, kJoined, kFold, kListFold, kInside };
  struct Slot {
    SlotKind kind;
    std::string name;  ///< Unique.
    std::shared_ptr<arrow::DataType> type;
    int from = -1;      ///< kRow: slot of rows whose column links; -1: own rows.
    int link = -1;      ///< kRow: own slot, or column in `via`. Else what it is made of.
    std::string via;    ///< kRow: table that has the link, when not the own.
    std::string table;  ///< kRow: table referred to; kJoined: table of the column.
    int fold = -1;      ///< kFold, kListFold: which one.
    int column = -1;    ///< kJoined: in that table's reference. Else read, or field.
    bool is_living = false;  ///< kRow: it names rows that live on the row's day.
  };
  struct Fold;
  struct Late;

  arrow::Result<Input> JoinedPath(const TableSpec& at, int rows,
                                  std::span<const std::string> path, bool same_day);
  arrow::Result<Input> Joined(const std::string& table, int rows,
                              const std::string& column);
  arrow::Result<Input> Inside(const Input& whole, std::span<const std::string> fields);
  arrow::Result<Input> FoldOfList(const Expr& call, const std::string& list);
  arrow::Result<int> RowSlot(const TableSpec& at, int rows, const std::string& link,
                             const std::string& target);
  arrow::Status CheckNames(const Expr& expression);
  /// Whether each of the table's days finds the state of that very day.
  bool HasDaily(const TableFiles& target) const;
  bool IsByCopies(const TableFiles& target) const;
  bool HasGaps() const;
  int FindSlot(const std::string& name) const;
  Input Add(Slot slot);
  Input InputAt(int index) const;
  /// Place of a column among those that are read of a table referred to.
  arrow::Result<int> ReferenceColumn(const std::string& table, const std::string& column);
  arrow::Status Load(const std::string& table, Reference* reference);
  arrow::Status TurnTo(int32_t day);  ///< Read the copies that its rows are joined with.
  arrow::Status Run(Fold* fold);
  arrow::Result<std::shared_ptr<arrow::Array>> Rows(const Slot& slot,
                                                    RowBlock* block) const;
  /// Whether a row that is not found has to be there.
  bool MustBeThere(const Slot& slot, int64_t key, int32_t day) const;
  void MarkUnknown(RowBlock* block) const;
  /// Rows that are dirty, and those that a slot takes from rows or folds that are.
  void MarkDirty(RowBlock* block) const;
  arrow::Status Fill(size_t slot, const arrow::ArrayVector& own, RowBlock* block) const;
  /// Late rows see copies of the day of their event: find what tells it.
  void PrepareLate();
  arrow::Status FindEventDay();
  arrow::Result<bool> NextOfOneDay(RowBlock* block);  ///< Of the day of the event.
  arrow::Status ReadEventDays();
  const Reference& ReferenceTo(const std::string& table) const;

  const DatasetFiles* files_;
  const TableSpec* table_;
  const TableFiles* own_;
  std::vector<Slot> slots_;
  std::vector<std::string> read_;  ///< Own columns, in the order of reading.
  std::map<std::string, Reference> references_;
  std::vector<std::unique_ptr<Fold>> folds_;
  std::vector<std::unique_ptr<ListFold>> list_folds_;
  std::vector<const TableFiles*> needed_;  ///< Tables joined and folded.
  std::optional<TableReader> reader_;
  std::unique_ptr<const TableDirt> dirt_;
  std::unique_ptr<Late> late_;  ///< Of late rows that are joined with copies.
};

}  // namespace lakeseed
