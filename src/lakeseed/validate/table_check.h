// TableCheck: one rule of one table, fed with the table's rows in order; and the
// table of kinds of checks.
//
// Law: a check never fails because of what is in the files: that is a violation.
// Law: what cannot be decided from files alone is skipped, with the reason.
//
// Thread safety: one thread.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/validate/report.h"
#include "lakeseed/validate/row_block.h"
#include "lakeseed/validate/table_scope.h"

namespace lakeseed {

class TableCheck {
 public:
  TableCheck(Check check, int64_t max_examples)
      : check_(std::move(check)), max_examples_(max_examples) {}
  virtual ~TableCheck() = default;

  /// Look at the next rows of the table.
  virtual arrow::Status Add(const RowBlock& block) = 0;
  /// All rows were seen.
  virtual arrow::Status End() { return arrow::Status::OK(); }

  Check& check() { return check_; }

  /// Leave out the files of days on which there is no such column.
  void OnlyWithin(const ColumnSpan& span) { span_ = span; }
  bool Concerns(const RowBlock& block) const {
    const auto& day = block.file->day;
    return !day || span_.Touches(*day, *day);
  }

 protected:
  void Count(const RowBlock& block) { check_.checked_rows += block.length; }
  /// Record a violation in row `i` of a block.
  void Found(const RowBlock& block, int64_t i, std::string column, std::string expected,
             std::string found) {
    ++check_.violations;
    if (!HasRoom()) return;
    check_.examples.push_back({block.file->path, block.row_in_file + i, std::move(column),
                               std::move(expected), std::move(found)});
  }
  /// Record a violation that is not in one row.
  void FoundAtAll(std::string column, std::string expected, std::string found) {
    ++check_.violations;
    if (!HasRoom()) return;
    check_.examples.push_back(
        {"", -1, std::move(column), std::move(expected), std::move(found)});
  }
  bool HasRoom() const {
    return static_cast<int64_t>(check_.examples.size()) < max_examples_;
  }

  Check check_;

 private:
  const int64_t max_examples_;
  ColumnSpan span_;
};

/// Makes the checks of one table.
class CheckBuilder {
 public:
  CheckBuilder(TableScope* scope, int64_t max_examples)
      : scope_(scope), max_examples_(max_examples) {}

  TableScope& scope() { return *scope_; }
  const TableSpec& table() const { return scope_->table(); }
  const DatasetSpec& dataset() const { return scope_->dataset(); }
  int64_t max_examples() const { return max_examples_; }

  /// A check "kind:what" of this table, nothing found yet.
  Check Start(std::string_view kind, const std::string& what) const;
  void Add(std::unique_ptr<TableCheck> check) { checks_.push_back(std::move(check)); }
  /// The same of one column, which need not be there on all days.
  void Add(const ColumnSpec& column, std::unique_ptr<TableCheck> check) {
    check->OnlyWithin(column.span);
    Add(std::move(check));
  }
  /// Whether rows may be null because of their days: of a whole run, of which no file
  /// tells the days of rows.
  bool IsNullSomeDays(const ColumnSpec& column) const {
    return !column.span.is_always() && scope_->own().kind == DayKind::kAllAtOnce;
  }
  void Skip(std::string_view kind, const std::string& what, const arrow::Status& reason);
  /// Whether rows are read in the order of the table; tells of it if they are not.
  bool HasOrder();

  std::vector<std::unique_ptr<TableCheck>>& checks() { return checks_; }
  std::vector<Check>& skipped() { return skipped_; }

 private:
  TableScope* scope_;
  const int64_t max_examples_;
  std::vector<std::unique_ptr<TableCheck>> checks_;
  std::vector<Check> skipped_;
};

struct CheckKind {
  std::string_view name;
  std::string_view summary;
  /// Add this kind's checks of a table. Null: made by a pass of its own (copies,
  /// days, layout, schema, statistics).
  void (*make)(CheckBuilder& builder);
};

/// All kinds, sorted by name. A new one adds a file and a line to
/// validate/builtin.cc.
std::span<const CheckKind> BuiltinCheckKinds();

/// Compare each copy of a table with the one before it. A member that left does not
/// come back, and what does not change in time stays as it was.
/// \retval Cancelled  `is_cancelled` said so
arrow::Status CheckCopies(const DatasetFiles& files, const TableSpec& table,
                          int64_t max_examples, const std::function<bool()>& is_cancelled,
                          std::vector<Check>* out);

/// Checks that need no join: layout and schema of a table.
void CheckLayout(const DatasetFiles& files, const std::string& table,
                 int64_t max_examples, std::vector<Check>* out);
void CheckSchema(const DatasetFiles& files, const TableSpec& table, int64_t max_examples,
                 std::vector<Check>* out);
/// Rows of sorted files lie as the manifest says.
void CheckSorted(const DatasetFiles& files, const TableSpec& table, int64_t max_examples,
                 std::vector<Check>* out);
/// Recount all columns; a file that cannot be read to its end is marked broken.
void CheckStatistics(DatasetFiles* files, const TableSpec& table, int64_t max_examples,
                     std::vector<Check>* out);

}  // namespace lakeseed
