#include "lakeseed/write/gathering_writer.h"

#include <arrow/memory_pool.h>
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

arrow::Status GatheringWriter::Open(Storage* storage) {
  for (const ColumnLayout& column : request().columns) {
    ARROW_ASSIGN_OR_RAISE(auto gatherer, StatisticsGatherer::Make(column.type));
    statistics_.push_back(std::move(gatherer));
  }
  return BatchWriter::Open(storage);
}

arrow::Status GatheringWriter::Append(const MadeRows& rows) {
  ARROW_ASSIGN_OR_RAISE(const auto batch, rows.ToBatch(arrow::default_memory_pool()));
  for (int i = 0; i < batch->num_columns(); ++i) {
    const arrow::Status added =
        statistics_[static_cast<size_t>(i)]->Add(*batch->column(i));
    if (!added.ok()) {
      return added.WithMessage(request().table, ".", schema()->field(i)->name(), ": ",
                               added.message());
    }
  }
  return Encode(*batch);
}

arrow::Result<ColumnStatistics> GatheringWriter::StatisticsOfColumn(int column) const {
  ARROW_ASSIGN_OR_RAISE(
      ColumnStatistics result,
      statistics_[static_cast<size_t>(column)]->Finish(schema()->field(column)->name()));
  if (request().options.naive_timestamps) DropZone(&result);
  return result;
}

}  // namespace lakeseed
