// ColumnBindContext: what TableBinder tells one generator while it is bound.
//
// Thread safety: none; binding runs on one thread. A frozen context, which binds
// a tracked generator again for a later version, may be used on any one thread.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/table_binder.h"

namespace lakeseed {

class ColumnBindContext final : public BindContext {
 public:
  ColumnBindContext(DatasetBinder* dataset, TableBinder* table, const ColumnSpec& column,
                    std::shared_ptr<arrow::DataType> stated_type);

  Key key(std::string_view purpose) const override;
  const std::shared_ptr<arrow::DataType>& stated_type() const override {
    return stated_type_;
  }
  const RowSpace& rows() const override { return rows_; }
  int32_t epoch() const override { return epoch_; }
  DateRange window() const override { return window_; }
  const DirtSpec* dirt() const override;
  Key column_key(std::string_view column, std::string_view purpose) const override;
  arrow::Result<BoundInput> Input(const SpecNode& expression) override;
  arrow::Result<BoundInput> Input(std::string_view expression) override;
  arrow::Result<ReferencedTable> Table(const std::string& name,
                                       const Place& place) override;
  arrow::Result<std::shared_ptr<const DayTotals>> Totals(
      const std::string& table, const Place& place, const SpecNode& value,
      std::span<const KeyMatch> keys) override;

  /// Let `name` mean a node that no expression reaches.
  void Give(const std::string& name, int node);

  /// Nodes asked for so far, in the order of their indexes.
  const std::vector<int>& nodes() const { return nodes_; }

  /// A copy that answers the same questions from memory, with keys of its own
  /// for the `attempt`-th draw in `version`.
  ColumnBindContext Frozen(int version, int attempt) const;

 private:
  arrow::Result<BoundInput> Ask(std::string_view text, const Place& place);
  /// Node of an integer of another table's rows, the same on all days.
  arrow::Result<int> TotalNode(int table, const SpecNode& expression) const;

  DatasetBinder* dataset_;  ///< Null when frozen.
  TableBinder* table_;      ///< Null when frozen.
  const ColumnSpec* column_;
  std::string where_;
  std::shared_ptr<arrow::DataType> stated_type_;
  const RowSpace& rows_;
  int32_t epoch_;
  DateRange window_;
  mutable std::map<std::string, Key, std::less<>> asked_keys_;
  std::vector<int> nodes_;
  std::map<std::string, BoundInput, std::less<>> inputs_;
  std::map<std::string, ReferencedTable> tables_;
  int version_ = 1;
  int attempt_ = 0;
};

}  // namespace lakeseed
