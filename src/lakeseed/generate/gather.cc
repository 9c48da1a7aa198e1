#include "lakeseed/generate/gather.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>
#include <arrow/util/bit_util.h>

#include <mutex>

namespace lakeseed {
namespace {

arrow::Status InitializeOnce() {
  static const arrow::Status status = arrow::compute::Initialize();
  return status;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> Gather(
    const std::shared_ptr<arrow::Array>& values, const arrow::Array& places,
    arrow::MemoryPool* pool) {
  ARROW_RETURN_NOT_OK(InitializeOnce());
  arrow::compute::ExecContext context(pool, nullptr, nullptr);
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(
      arrow::Datum taken,
      arrow::compute::Take(values, arrow::Datum(places.data()),
                           arrow::compute::TakeOptions::NoBoundsCheck(), &context));
  return taken.make_array();
}

arrow::Result<std::shared_ptr<arrow::Array>> KeepWhere(
    const std::shared_ptr<arrow::Array>& values, const std::function<bool(int64_t)>& keep,
    arrow::MemoryPool* pool) {
  const int64_t n = values->length(), offset = values->offset();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bitmap,
                        arrow::AllocateEmptyBitmap(offset + n, pool));
  uint8_t* bits = bitmap->mutable_data();
  int64_t nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (values->IsValid(i) && keep(i)) {
      arrow::bit_util::SetBit(bits, offset + i);
    } else {
      ++nulls;
    }
  }
  std::shared_ptr<arrow::ArrayData> data = values->data()->Copy();
  data->buffers[0] = nulls == 0 ? nullptr : std::move(bitmap);
  data->null_count = nulls;
  return arrow::MakeArray(std::move(data));
}

}  // namespace lakeseed
