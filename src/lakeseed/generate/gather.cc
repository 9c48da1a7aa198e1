#include "lakeseed/generate/gather.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/util/bitmap_ops.h>

namespace lakeseed {
arrow::Result<std::shared_ptr<arrow::Array>> Gather(
    const std::shared_ptr<arrow::Array>& values, const arrow::Array& places,
    arrow::MemoryPool* pool) {
  arrow::compute::ExecContext context(pool, nullptr, nullptr);
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(
      arrow::Datum taken,
      arrow::compute::Take(values, arrow::Datum(places.data()),
                           arrow::compute::TakeOptions::NoBoundsCheck(), &context));
  return taken.make_array();
}

arrow::Result<std::shared_ptr<arrow::Array>> KeepWhere(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::Buffer>& keep, arrow::MemoryPool* pool) {
  const int64_t n = values->length(), offset = values->offset();
  std::shared_ptr<arrow::Buffer> bitmap = keep;
  if (values->null_count() != 0) {
    ARROW_ASSIGN_OR_RAISE(
        bitmap, arrow::internal::BitmapAnd(pool, values->null_bitmap_data(), offset,
                                           keep->data(), 0, n, offset));
  } else if (offset != 0) {
    ARROW_ASSIGN_OR_RAISE(bitmap, arrow::AllocateEmptyBitmap(offset + n, pool));
    arrow::internal::CopyBitmap(keep->data(), 0, n, bitmap->mutable_data(), offset);
  }
  const int64_t valid = arrow::internal::CountSetBits(bitmap->data(), offset, n);
  std::shared_ptr<arrow::ArrayData> data = values->data()->Copy();
  data->buffers[0] = valid == n ? nullptr : std::move(bitmap);
  data->null_count = n - valid;
  std::shared_ptr<arrow::Array> kept = arrow::MakeArray(std::move(data));
  if (valid == n || kept->type_id() != arrow::Type::LIST) return kept;
  // The elements of a list that is null are in nobody's way, but in every file.
  arrow::Int64Builder places(pool);
  ARROW_RETURN_NOT_OK(places.Reserve(n));
  for (int64_t i = 0; i < n; ++i) {
    if (kept->IsValid(i)) {
      places.UnsafeAppend(i);
    } else {
      places.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Array> whole, places.Finish());
  return Gather(kept, *whole, pool);
}

}  // namespace lakeseed
