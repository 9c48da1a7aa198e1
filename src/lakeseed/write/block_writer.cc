#include "lakeseed/write/block_writer.h"

#include <arrow/scalar.h>
#include <arrow/type.h>

namespace lakeseed {

namespace {

/// The facts of times that are written without their zone.
void DropZone(ColumnStatistics* column) {
  if (column->type->id() != arrow::Type::TIMESTAMP) return;
  column->type =
      arrow::timestamp(static_cast<const arrow::TimestampType&>(*column->type).unit());
  for (auto* bound : {&column->min, &column->max}) {
    if (*bound == nullptr) continue;
    *bound = std::make_shared<arrow::TimestampScalar>(
        static_cast<const arrow::TimestampScalar&>(**bound).value, column->type);
  }
}

}  // namespace

BlockWriter::BlockWriter(std::string format, const FileRequest& request)
    : BatchWriter(std::move(format), request),
      blocks_(schema(),
              [this](const arrow::RecordBatch& block) { return TakeBlock(block); }) {}

arrow::Status BlockWriter::Open(Storage* storage) {
  for (const ColumnLayout& column : request().columns) {
    ARROW_ASSIGN_OR_RAISE(auto gatherer, StatisticsGatherer::Make(column.type));
    statistics_.push_back(std::move(gatherer));
  }
  return BatchWriter::Open(storage);
}

arrow::Status BlockWriter::Append(const arrow::RecordBatch& batch) {
  return blocks_.Add(batch);
}

arrow::Status BlockWriter::TakeBlock(const arrow::RecordBatch& block) {
  for (int i = 0; i < block.num_columns(); ++i) {
    const arrow::Status added =
        statistics_[static_cast<size_t>(i)]->Add(*block.column(i));
    if (!added.ok()) {
      return added.WithMessage(request().table, ".", schema()->field(i)->name(), ": ",
                               added.message());
    }
  }
  return EncodeBlock(block);
}

arrow::Status BlockWriter::Finish() {
  ARROW_RETURN_NOT_OK(blocks_.Finish());
  return EncodeEnd();
}

arrow::Result<ColumnStatistics> BlockWriter::StatisticsOfColumn(int column) const {
  ARROW_ASSIGN_OR_RAISE(
      ColumnStatistics result,
      statistics_[static_cast<size_t>(column)]->Finish(schema()->field(column)->name()));
  if (request().options.naive_timestamps) DropZone(&result);
  return result;
}

}  // namespace lakeseed
