#include "lakeseed/generate/gather.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/util/bitmap_ops.h>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/flat_width.h"

namespace lakeseed {
namespace {

LAKESEED_KERNEL(void, TakeWords,
                (const int32_t* values, const int32_t* places, int64_t count,
                 int32_t* out),
                (values, places, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = values[places[i]];
}
LAKESEED_KERNEL(void, TakeWords,
                (const int64_t* values, const int32_t* places, int64_t count,
                 int64_t* out),
                (values, places, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = values[places[i]];
}

/// Bytes of a number or code, 4 or 8, if none is null, nor a place; else 0.
int64_t WordBytes(const arrow::Array& values, const arrow::Array& places) {
  const bool taken = values.null_count() == 0 && places.type_id() == arrow::Type::INT32 &&
                     places.null_count() == 0;
  return taken ? WordWidth(*values.type()) : 0;
}

arrow::Result<std::shared_ptr<arrow::Array>> GatherWords(const arrow::Array& values,
                                                         int64_t bytes,
                                                         const arrow::Array& places,
                                                         arrow::MemoryPool* pool) {
  const int64_t n = places.length();
  const int32_t* const at = places.data()->GetValues<int32_t>(1);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> taken,
                        arrow::AllocateBuffer(n * bytes, pool));
  if (bytes == 4) {
    TakeWords(values.data()->GetValues<int32_t>(1), at, n,
              taken->mutable_data_as<int32_t>());
  } else {
    TakeWords(values.data()->GetValues<int64_t>(1), at, n,
              taken->mutable_data_as<int64_t>());
  }
  auto data = arrow::ArrayData::Make(values.type(), n, {nullptr, std::move(taken)}, 0);
  data->dictionary = values.data()->dictionary;
  return arrow::MakeArray(std::move(data));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> Gather(
    const std::shared_ptr<arrow::Array>& values, const arrow::Array& places,
    arrow::MemoryPool* pool) {
  if (const int64_t bytes = WordBytes(*values, places); bytes != 0) {
    return GatherWords(*values, bytes, places, pool);
  }
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
