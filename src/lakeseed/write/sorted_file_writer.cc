#include "lakeseed/write/sorted_file_writer.h"

#include <arrow/api.h>
#include <arrow/table.h>

#include <utility>
#include <vector>

#include "lakeseed/write/row_order.h"

namespace lakeseed {
namespace {

class SortedFileWriter final : public FileWriter {
 public:
  SortedFileWriter(std::unique_ptr<FileWriter> file, SortOrder order)
      : file_(std::move(file)), order_(std::move(order)) {}

  arrow::Status Write(const MadeRows& rows) override {
    if (rows.num_rows() == 0) return arrow::Status::OK();
    return rows.ToBatch(arrow::default_memory_pool()).Value(&batches_.emplace_back());
  }

  arrow::Result<DataFile> Close() override {
    ARROW_RETURN_NOT_OK(WriteSorted());
    ARROW_ASSIGN_OR_RAISE(DataFile file, file_->Close());
    file.order = order_;
    return file;
  }

  arrow::Status Abort() override {
    batches_.clear();
    return file_->Abort();
  }

 private:
  arrow::Status WriteSorted() {
    if (batches_.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto all, arrow::ConcatenateRecordBatches(batches_));
    batches_.clear();
    ARROW_ASSIGN_OR_RAISE(const auto places, SortedPlaces(*all, order_));
    for (size_t begin = 0; begin < places.size(); begin += kBlockRows) {
      const size_t end = std::min(begin + static_cast<size_t>(kBlockRows), places.size());
      const std::vector<int64_t> some(places.begin() + static_cast<ptrdiff_t>(begin),
                                      places.begin() + static_cast<ptrdiff_t>(end));
      ARROW_ASSIGN_OR_RAISE(const auto rows, RowsAt(*all, some));
      ARROW_RETURN_NOT_OK(file_->Write(*rows));
    }
    return arrow::Status::OK();
  }

  const std::unique_ptr<FileWriter> file_;
  const SortOrder order_;
  arrow::RecordBatchVector batches_;
};

}  // namespace

arrow::Result<std::unique_ptr<FileWriter>> OpenRowWriter(const FileFormatDef& format,
                                                         Storage* storage,
                                                         const FileRequest& request) {
  if (request.sort.empty()) return OpenFileWriter(format, storage, request);
  FileRequest sorted = request;
  for (ColumnLayout& column : sorted.columns) {
    // What was promised of the order in which the rows come.
    const bool is_ordered = column.shape.kind == ShapeKind::kSequence ||
                            column.shape.kind == ShapeKind::kSorted;
    if (is_ordered) column.shape.kind = ShapeKind::kUnknown;
  }
  ARROW_ASSIGN_OR_RAISE(auto file, OpenFileWriter(format, storage, sorted));
  return std::make_unique<SortedFileWriter>(std::move(file), request.sort);
}

}  // namespace lakeseed
