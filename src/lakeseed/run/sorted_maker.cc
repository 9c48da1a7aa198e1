// The rows of a sorted file, made again and sorted as its writer did.

#include <algorithm>

#include "lakeseed/run/cell_maker.h"
#include "lakeseed/write/row_order.h"

namespace lakeseed {
namespace {

class SortedMaker final : public CellMaker {
 public:
  SortedMaker(CellMaker* maker, const BoundTable& table, RowRange rows, SortOrder order,
              int64_t chunk_rows)
      : maker_(maker),
        table_(table),
        rows_(rows),
        order_(std::move(order)),
        chunk_rows_(chunk_rows) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Make(
      int64_t row, int64_t length, const std::vector<int>& columns) override {
    if (!is_made_ || columns != columns_) ARROW_RETURN_NOT_OK(MakeAll(columns));
    const auto count = static_cast<int64_t>(places_.size());
    const int64_t begin = row - rows_.begin;
    const int64_t end = std::min(begin + length, count);
    if (begin >= end) return std::shared_ptr<arrow::RecordBatch>();
    return RowsAt(*chosen_, {places_.begin() + begin, places_.begin() + end});
  }

 private:
  arrow::Status MakeAll(const std::vector<int>& columns) {
    std::vector<int> made = columns;
    for (const std::string& name : order_.columns) {
      const int column = table_.FindColumn(name);
      if (column < 0) return arrow::Status::Invalid("no such column: ", name);
      if (std::find(made.begin(), made.end(), column) == made.end()) {
        made.push_back(column);
      }
    }
    arrow::RecordBatchVector batches;
    for (int64_t row = rows_.begin; row < rows_.end; row += chunk_rows_) {
      const int64_t wanted = std::min(chunk_rows_, rows_.end - row);
      ARROW_ASSIGN_OR_RAISE(auto batch, maker_->Make(row, wanted, made));
      const int64_t count = batch == nullptr ? 0 : batch->num_rows();
      if (count > 0) batches.push_back(std::move(batch));
      if (count < wanted) break;
    }
    places_.clear();
    chosen_ = nullptr;
    columns_ = columns;
    is_made_ = true;
    if (batches.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto all, arrow::ConcatenateRecordBatches(batches));
    ARROW_ASSIGN_OR_RAISE(places_, SortedPlaces(*all, order_));
    std::vector<int> asked(columns.size());
    for (size_t i = 0; i < asked.size(); ++i) asked[i] = static_cast<int>(i);
    ARROW_ASSIGN_OR_RAISE(chosen_, all->SelectColumns(asked));
    return arrow::Status::OK();
  }

  CellMaker* const maker_;
  const BoundTable& table_;
  const RowRange rows_;
  const SortOrder order_;
  const int64_t chunk_rows_;
  bool is_made_ = false;
  std::vector<int> columns_;
  std::shared_ptr<arrow::RecordBatch> chosen_;  ///< `columns_`, as they are made.
  std::vector<int64_t> places_;                 ///< Of the rows, in the file's order.
};

}  // namespace

std::unique_ptr<CellMaker> CellMaker::Sorted(CellMaker* maker, const BoundTable& table,
                                             RowRange rows, const SortOrder& order,
                                             int64_t chunk_rows) {
  return std::make_unique<SortedMaker>(maker, table, rows, order, chunk_rows);
}

}  // namespace lakeseed
