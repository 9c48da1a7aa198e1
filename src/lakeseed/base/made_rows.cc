#include "lakeseed/base/made_rows.h"

#include <arrow/api.h>

namespace lakeseed {

MadeRows::MadeRows(const arrow::RecordBatch& batch)
    : schema_(batch.schema()), num_rows_(batch.num_rows()) {
  for (const auto& array : batch.columns()) columns_.push_back({array, nullptr});
}

MadeRows MadeRows::Select(std::span<const int> columns) const {
  arrow::FieldVector fields;
  std::vector<MadeColumn> some;
  for (const int column : columns) {
    fields.push_back(schema_->field(column));
    some.push_back(columns_[static_cast<size_t>(column)]);
  }
  return {arrow::schema(std::move(fields)), num_rows_, std::move(some)};
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> MadeRows::ToBatch(
    arrow::MemoryPool* pool) const {
  arrow::ArrayVector arrays;
  for (const MadeColumn& column : columns_) {
    arrays.push_back(column.array);
    if (column.blocks == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(arrays.back(), column.blocks->ToArray(0, num_rows_, pool));
  }
  return arrow::RecordBatch::Make(schema_, num_rows_, std::move(arrays));
}

}  // namespace lakeseed
