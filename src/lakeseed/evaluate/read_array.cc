// Arrow arrays -> vectors. One branch for each layout; offsets of slices are
// taken here, so no kernel knows of them.

#include <arrow/array.h>

#include <cstring>

#include "lakeseed/evaluate/bits.h"
#include "lakeseed/evaluate/vector.h"

namespace lakeseed {
namespace {

arrow::Status ReadValidity(const arrow::Array& array, arrow::MemoryPool* pool,
                           Vector* out) {
  if (array.null_count() == 0) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(out, array.length(), pool));
  SpreadBits(array.null_bitmap_data(), array.offset(), array.length(), 1, valid);
  return arrow::Status::OK();
}

template <class T>
void Share(const std::shared_ptr<arrow::Array>& array, Vector* out) {
  out->values = array->data()->GetValues<T>(1);
  out->owners.push_back(array);
}

template <class From, class To>
arrow::Status Convert(const arrow::Array& array, To factor, arrow::MemoryPool* pool,
                      Vector* out) {
  ARROW_ASSIGN_OR_RAISE(To * to, NewValues<To>(out, array.length(), pool));
  const From* from = array.data()->GetValues<From>(1);
  for (int64_t i = 0; i < array.length(); ++i) {
    to[i] = static_cast<To>(from[i]) * factor;
  }
  return arrow::Status::OK();
}

arrow::Status ReadInteger(const std::shared_ptr<arrow::Array>& array,
                          arrow::MemoryPool* pool, Vector* out) {
  using arrow::Type;
  switch (array->type_id()) {
    case Type::INT8:
      return Convert<int8_t, int64_t>(*array, 1, pool, out);
    case Type::UINT8:
      return Convert<uint8_t, int64_t>(*array, 1, pool, out);
    case Type::INT16:
      return Convert<int16_t, int64_t>(*array, 1, pool, out);
    case Type::UINT16:
      return Convert<uint16_t, int64_t>(*array, 1, pool, out);
    case Type::UINT32:
      return Convert<uint32_t, int64_t>(*array, 1, pool, out);
    case Type::INT32:
    case Type::DATE32:
    case Type::DECIMAL32:
      return Convert<int32_t, int64_t>(*array, 1, pool, out);
    default:
      Share<int64_t>(array, out);
      return arrow::Status::OK();
  }
}

arrow::Status ReadDecimal128(const arrow::Array& array, bool wide,
                             arrow::MemoryPool* pool, Vector* out) {
  const uint8_t* from = array.data()->GetValues<uint8_t>(1, array.offset() * 16);
  if (wide) {
    ARROW_ASSIGN_OR_RAISE(Int128 * to, NewValues<Int128>(out, array.length(), pool));
    std::memcpy(to, from, static_cast<size_t>(array.length()) * 16);
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(int64_t * to, NewValues<int64_t>(out, array.length(), pool));
  // Little-endian, and the precision says that the low word holds the value.
  for (int64_t i = 0; i < array.length(); ++i) std::memcpy(&to[i], from + i * 16, 8);
  return arrow::Status::OK();
}

arrow::Status ReadTimestamp(const std::shared_ptr<arrow::Array>& array,
                            arrow::MemoryPool* pool, Vector* out) {
  switch (static_cast<const arrow::TimestampType&>(*array->type()).unit()) {
    case arrow::TimeUnit::MICRO:
      Share<int64_t>(array, out);
      return arrow::Status::OK();
    case arrow::TimeUnit::SECOND:
      return Convert<int64_t, int64_t>(*array, 1'000'000, pool, out);
    case arrow::TimeUnit::MILLI:
      return Convert<int64_t, int64_t>(*array, 1'000, pool, out);
    case arrow::TimeUnit::NANO: {
      ARROW_ASSIGN_OR_RAISE(int64_t * to, NewValues<int64_t>(out, array->length(), pool));
      const int64_t* from = array->data()->GetValues<int64_t>(1);
      for (int64_t i = 0; i < array->length(); ++i) {
        to[i] = from[i] / 1000 - (from[i] % 1000 < 0 ? 1 : 0);
      }
      return arrow::Status::OK();
    }
  }
  return arrow::Status::OK();
}

arrow::Status ReadBoolean(const arrow::Array& array, arrow::MemoryPool* pool,
                          Vector* out) {
  ARROW_ASSIGN_OR_RAISE(uint8_t * truth, NewValues<uint8_t>(out, array.length(), pool));
  SpreadBits(array.data()->GetValues<uint8_t>(1, 0), array.offset(), array.length(),
             kTrue, truth);
  if (array.null_count() == 0) return arrow::Status::OK();
  for (int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i)) truth[i] = kUnknown;
  }
  return arrow::Status::OK();
}

template <class TextArray>
arrow::Status ReadText(const std::shared_ptr<arrow::Array>& array,
                       arrow::MemoryPool* pool, Vector* out) {
  ARROW_ASSIGN_OR_RAISE(std::string_view * views,
                        NewValues<std::string_view>(out, array->length(), pool));
  const auto& texts = static_cast<const TextArray&>(*array);
  for (int64_t i = 0; i < array->length(); ++i) {
    new (&views[i]) std::string_view(texts.GetView(i));
  }
  if constexpr (requires { texts.value_offset(0); }) {
    const int64_t begin = texts.value_offset(0);
    if (texts.value_data() != nullptr) {
      out->chars = arrow::SliceBuffer(texts.value_data(), begin,
                                      texts.value_offset(array->length()) - begin);
    }
  }
  out->owners.push_back(array);
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<Vector> ReadArray(const std::shared_ptr<arrow::Array>& array,
                                const ValueType& type, arrow::MemoryPool* pool) {
  Vector out;
  if (type.is(ValueKind::kNull)) {
    ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(&out, array->length(), pool));
    std::memset(valid, 0, static_cast<size_t>(array->length()));
    return out;
  }
  if (type.is(ValueKind::kBoolean)) {
    ARROW_RETURN_NOT_OK(ReadBoolean(*array, pool, &out));
    return out;
  }
  ARROW_RETURN_NOT_OK(ReadValidity(*array, pool, &out));
  switch (array->type_id()) {
    case arrow::Type::DOUBLE:
      Share<double>(array, &out);
      return out;
    case arrow::Type::FLOAT:
      ARROW_RETURN_NOT_OK((Convert<float, double>(*array, 1.0, pool, &out)));
      return out;
    case arrow::Type::DECIMAL128:
      ARROW_RETURN_NOT_OK(ReadDecimal128(*array, type.wide(), pool, &out));
      return out;
    case arrow::Type::TIMESTAMP:
      ARROW_RETURN_NOT_OK(ReadTimestamp(array, pool, &out));
      return out;
    case arrow::Type::STRING:
      ARROW_RETURN_NOT_OK(ReadText<arrow::StringArray>(array, pool, &out));
      return out;
    case arrow::Type::LARGE_STRING:
      ARROW_RETURN_NOT_OK(ReadText<arrow::LargeStringArray>(array, pool, &out));
      return out;
    case arrow::Type::STRING_VIEW:
      ARROW_RETURN_NOT_OK(ReadText<arrow::StringViewArray>(array, pool, &out));
      return out;
    default:
      ARROW_RETURN_NOT_OK(ReadInteger(array, pool, &out));
      return out;
  }
}

}  // namespace lakeseed
