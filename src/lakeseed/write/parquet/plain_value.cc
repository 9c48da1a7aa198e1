#include "lakeseed/write/parquet/plain_value.h"

#include <algorithm>
#include <cstring>

namespace lakeseed {
namespace {

template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

template <typename T>
int64_t Number(const arrow::Array& values, int64_t i) {
  return static_cast<int64_t>(values.data()->GetValues<T>(1)[i]);
}

int64_t IntegerAt(const arrow::Array& values, int64_t i) {
  switch (values.type_id()) {
    case arrow::Type::INT8:
      return Number<int8_t>(values, i);
    case arrow::Type::INT16:
      return Number<int16_t>(values, i);
    case arrow::Type::UINT8:
      return Number<uint8_t>(values, i);
    case arrow::Type::UINT16:
      return Number<uint16_t>(values, i);
    case arrow::Type::UINT32:
      return Number<uint32_t>(values, i);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::DECIMAL32:
      return Number<int32_t>(values, i);
    default:
      return Number<int64_t>(values, i);
  }
}

}  // namespace

bool IsStoredNarrow(const arrow::DataType& type) {
  if (arrow::is_decimal(type.id())) {
    return static_cast<const arrow::DecimalType&>(type).precision() <= 9;
  }
  return arrow::bit_width(type.id()) <= 32;
}

std::string PlainInteger(int64_t value, bool narrow) {
  return narrow ? Bytes(static_cast<int32_t>(value)) : Bytes(value);
}

std::string PlainDecimal(const arrow::Decimal128& value, int32_t length) {
  std::string bytes(16, '\0');
  value.ToBytes(reinterpret_cast<uint8_t*>(bytes.data()));
  std::reverse(bytes.begin(), bytes.end());
  return bytes.substr(static_cast<size_t>(16 - length));
}

std::string PlainValue(const arrow::Array& values, int64_t i) {
  const arrow::DataType& type = *values.type();
  switch (type.id()) {
    case arrow::Type::STRING:
      return std::string(static_cast<const arrow::StringArray&>(values).GetView(i));
    case arrow::Type::LARGE_STRING:
      return std::string(static_cast<const arrow::LargeStringArray&>(values).GetView(i));
    case arrow::Type::FLOAT:
      return Bytes(static_cast<const arrow::FloatArray&>(values).Value(i));
    case arrow::Type::DOUBLE:
      return Bytes(static_cast<const arrow::DoubleArray&>(values).Value(i));
    case arrow::Type::DECIMAL128: {
      const arrow::Decimal128 value(
          static_cast<const arrow::Decimal128Array&>(values).GetValue(i));
      const int32_t precision = static_cast<const arrow::DecimalType&>(type).precision();
      if (precision > 18) {
        return PlainDecimal(value, arrow::DecimalType::DecimalSize(precision));
      }
      return PlainInteger(static_cast<int64_t>(value.low_bits()), IsStoredNarrow(type));
    }
    default:
      return PlainInteger(IntegerAt(values, i), IsStoredNarrow(type));
  }
}

}  // namespace lakeseed
