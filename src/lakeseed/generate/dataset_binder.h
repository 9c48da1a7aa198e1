// DatasetBinder: makes a BoundDataset: sizes, row spaces, then every column.
//
// Thread safety: none; binding runs on one thread.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/base/stream_names.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/row_spaces.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {

class DatasetBinder {
 public:
  DatasetBinder(DatasetSpec spec, const BoundDataset::Options& options);

  arrow::Result<std::shared_ptr<const BoundDataset>> Bind();

  BoundDataset& dataset() { return *dataset_; }
  const DatasetSpec& spec() const { return dataset_->spec_; }
  /// Last day, from the epoch, that any request will ask for.
  int32_t last_day() const { return dataset_->last_day_; }
  TableBinder& table(int index) { return *binders_[static_cast<size_t>(index)]; }

  /// Remember what is wrong; nothing for the status of DependencyFailed().
  void Report(const arrow::Status& status);

  /// The status of a node whose dependency is broken and was reported already.
  static arrow::Status DependencyFailed();

  /// Text of a constant: a literal, a parameter, an expression over them.
  /// The error of a size that hangs on `main`, where the dataset has no target.
  arrow::Status NoTarget() const;
  arrow::Result<std::string> Constant(const Expr& expression) const;
  arrow::Result<std::string> Constant(const SpecNode& node) const;

  /// Stream of a column's values (stream_names.h).
  Key ColumnKey(const std::string& table, const std::string& column,
                std::string_view purpose) const;

 private:
  void BindParameters();
  void MakeRowSpaces();
  /// What the keys of a table start with: those of the dataset that defines it.
  StreamRoot RootOf(const TableSpec& table) const;
  /// Spaces of the tables that a series or a ledger goes over; false: one is not made
  /// (yet).
  bool PartsOf(const BoundTable& table, std::vector<const RowSpace*>* parts) const;
  /// The other table's space and the rows that a match takes; false: not made (yet).
  bool OtherOf(const BoundTable& table, RowSpaceContext* context);
  /// Rows that an expression of the spec asks for, at scale factor 1.
  arrow::Result<int64_t> Size(const Expr& expression) const;

  BoundDataset::Options options_;
  StreamRoot root_;
  std::shared_ptr<BoundDataset> dataset_;
  std::vector<std::unique_ptr<TableBinder>> binders_;
  std::vector<std::pair<std::string, std::string>> constants_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace lakeseed
