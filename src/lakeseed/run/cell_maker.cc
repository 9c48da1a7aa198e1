#include "lakeseed/run/cell_maker.h"

#include <algorithm>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/program.h"
#include "lakeseed/plan/arrived_rows.h"

namespace lakeseed {
namespace {

class RowsMaker final : public CellMaker {
 public:
  RowsMaker(const BoundDataset& dataset, int table, AsOf as_of)
      : dataset_(dataset), table_(table), as_of_(as_of) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Make(
      int64_t row, int64_t length, const std::vector<int>& columns) override {
    if (program_ == nullptr || columns != columns_) {
      std::vector<Program::Target> targets;
      for (const int c : columns) {
        targets.push_back(
            {table_, dataset_.table(table_).columns[static_cast<size_t>(c)].node});
      }
      program_ = std::make_unique<Program>(dataset_, targets);
      columns_ = columns;
    }
    Evaluation evaluation(*program_, table_, Rows(RowRange{row, row + length}), nullptr,
                          as_of_, arrow::default_memory_pool());
    return evaluation.Batch(columns);
  }

 private:
  const BoundDataset& dataset_;
  const int table_;
  const AsOf as_of_;
  std::vector<int> columns_;
  std::unique_ptr<Program> program_;
};

/// A day is made from its first row to its last; going back begins anew.
class DayMaker final : public CellMaker {
 public:
  DayMaker(const BoundDataset& dataset, const FamilyProgram& family, int32_t day,
           int64_t chunk_rows)
      : family_(family) {
    const BoundTable& table = dataset.table(family.members().front().table);
    const BoundTable& root = dataset.table(table.root);
    selection_ = RowSelection::OfDay(root, day);
    all_ = root.rows->Extent({day, day});
    if (selection_.arrivals != nullptr) {
      ArrivedRows arrived(dataset, root, day);
      all_ = arrived.places();
      first_ = begin_ = arrived.Under(table, {all_.begin, all_.begin}).begin;
    }
    const double per_root = std::max(1e-9, family.rows_per_root());
    step_ = std::max<int64_t>(1, static_cast<int64_t>(std::min(
                                     static_cast<double>(chunk_rows) / per_root, 1e9)));
    next_root_ = all_.begin;
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Make(
      int64_t row, int64_t length, const std::vector<int>& columns) override {
    if (row < begin_) {
      begin_ = first_;
      next_root_ = all_.begin;
      made_.clear();
    }
    arrow::RecordBatchVector parts;
    while (length > 0) {
      while (!made_.empty() && begin_ + made_.front()->num_rows() <= row) {
        begin_ += made_.front()->num_rows();
        made_.erase(made_.begin());
      }
      if (made_.empty()) {
        if (next_root_ >= all_.end) break;
        ARROW_RETURN_NOT_OK(MakeMore());
        continue;
      }
      const int64_t offset = row - begin_;
      const int64_t count = std::min(length, made_.front()->num_rows() - offset);
      ARROW_ASSIGN_OR_RAISE(const auto chosen, made_.front()->SelectColumns(columns));
      parts.push_back(chosen->Slice(offset, count));
      row += count;
      length -= count;
    }
    if (parts.empty()) return std::shared_ptr<arrow::RecordBatch>();
    if (parts.size() == 1) return parts[0];
    return arrow::ConcatenateRecordBatches(parts);
  }

 private:
  arrow::Status MakeMore() {
    const RowRange roots{next_root_, std::min(next_root_ + step_, all_.end)};
    next_root_ = roots.end;
    arrow::MemoryPool* const pool = arrow::default_memory_pool();
    ARROW_ASSIGN_OR_RAISE(const auto made, family_.MakeRows(roots, selection_, pool));
    for (const MadeRows& piece : made.front()) {
      if (piece.num_rows() == 0) continue;
      ARROW_RETURN_NOT_OK(piece.ToBatch(pool).Value(&made_.emplace_back()));
    }
    return arrow::Status::OK();
  }

  const FamilyProgram& family_;
  RowSelection selection_;
  RowRange all_;       ///< Of the root, also of members that have left.
  int64_t first_ = 0;  ///< Place of the day's first row.
  int64_t step_ = 1;
  int64_t next_root_ = 0;
  int64_t begin_ = 0;  ///< Place of the first row of `made_`.
  arrow::RecordBatchVector made_;
};

}  // namespace

std::unique_ptr<CellMaker> CellMaker::OfRows(const BoundDataset& dataset, int table,
                                             AsOf as_of) {
  return std::make_unique<RowsMaker>(dataset, table, as_of);
}

std::unique_ptr<CellMaker> CellMaker::OfDay(const BoundDataset& dataset,
                                            const FamilyProgram& family, int32_t day,
                                            int64_t chunk_rows) {
  return std::make_unique<DayMaker>(dataset, family, day, chunk_rows);
}

}  // namespace lakeseed
