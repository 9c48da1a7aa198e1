#include "lakeseed/write/parquet/stored_array.h"

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/bitmap_ops.h>

namespace lakeseed {
namespace {

/// The same values under another type of the same width.
std::shared_ptr<arrow::Array> ViewAs(const arrow::Array& array,
                                     std::shared_ptr<arrow::DataType> type) {
  auto data = array.data()->Copy();
  data->type = std::move(type);
  return arrow::MakeArray(std::move(data));
}

/// Decimals as integers of another width. REQUIRES: precision fits `To`.
template <typename To, typename From>
arrow::Result<std::shared_ptr<arrow::Array>> Narrow(
    const arrow::Array& array, int stride, std::shared_ptr<arrow::DataType> type) {
  const int64_t length = array.length();
  ARROW_ASSIGN_OR_RAISE(auto buffer,
                        arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(To))));
  // Little-endian: the low word of a decimal128 comes first.
  const From* from = array.data()->GetValues<From>(1, array.offset() * stride);
  To* to = buffer->mutable_data_as<To>();
  for (int64_t i = 0; i < length; ++i) to[i] = static_cast<To>(from[i * stride]);
  std::shared_ptr<arrow::Buffer> valid;
  if (array.null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(valid, arrow::internal::CopyBitmap(arrow::default_memory_pool(),
                                                             array.null_bitmap_data(),
                                                             array.offset(), length));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), length,
                                                 {std::move(valid), std::move(buffer)},
                                                 array.null_count()));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> AsStored(
    const std::shared_ptr<arrow::Array>& array) {
  const arrow::DataType& type = *array->type();
  switch (type.id()) {
    case arrow::Type::TIMESTAMP:
    case arrow::Type::TIME64:
      return ViewAs(*array, arrow::int64());
    case arrow::Type::DATE32:
      return ViewAs(*array, arrow::int32());
    case arrow::Type::DECIMAL32: {
      if (static_cast<const arrow::DecimalType&>(type).precision() <= 9) {
        return ViewAs(*array, arrow::int32());
      }
      return Narrow<int64_t, int32_t>(*array, 1, arrow::int64());
    }
    case arrow::Type::DECIMAL64: {
      if (static_cast<const arrow::DecimalType&>(type).precision() > 9) {
        return ViewAs(*array, arrow::int64());
      }
      return Narrow<int32_t, int64_t>(*array, 1, arrow::int32());
    }
    case arrow::Type::DECIMAL128: {
      const int32_t precision = static_cast<const arrow::DecimalType&>(type).precision();
      if (precision <= 9) return Narrow<int32_t, int64_t>(*array, 2, arrow::int32());
      if (precision <= 18) return Narrow<int64_t, int64_t>(*array, 2, arrow::int64());
      return array;
    }
    case arrow::Type::DICTIONARY: {
      const auto& codes = static_cast<const arrow::DictionaryArray&>(*array);
      ARROW_ASSIGN_OR_RAISE(auto values, AsStored(codes.dictionary()));
      if (values == codes.dictionary()) return array;
      return arrow::DictionaryArray::FromArrays(codes.indices(), values);
    }
    default:
      return array;
  }
}

}  // namespace lakeseed
