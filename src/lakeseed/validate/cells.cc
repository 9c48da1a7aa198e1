#include "lakeseed/validate/cells.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"

namespace lakeseed {
namespace {

template <typename T>
void CopyValues(const arrow::Array& array, std::vector<int64_t>* out) {
  const T* values = array.data()->GetValues<T>(1);
  out->assign(values, values + array.length());
}

bool IsTextType(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING;
}

template <typename Equal>
void Compare(const arrow::Array& expected, const arrow::Array& found, bool nulls_pass,
             const std::function<void(int64_t)>& differ, Equal equal) {
  for (int64_t i = 0; i < found.length(); ++i) {
    const bool null = found.IsNull(i);
    if (null && nulls_pass) continue;
    if (null != expected.IsNull(i) || (!null && !equal(i))) differ(i);
  }
}

}  // namespace

bool HoldsIntegers(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
    case arrow::Type::UINT32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DATE32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      return true;
    default:
      return false;
  }
}

void ReadIntegers(const arrow::Array& array, std::vector<int64_t>* out) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
      return CopyValues<int8_t>(array, out);
    case arrow::Type::UINT8:
      return CopyValues<uint8_t>(array, out);
    case arrow::Type::INT16:
      return CopyValues<int16_t>(array, out);
    case arrow::Type::UINT16:
      return CopyValues<uint16_t>(array, out);
    case arrow::Type::UINT32:
      return CopyValues<uint32_t>(array, out);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return CopyValues<int32_t>(array, out);
    case arrow::Type::BOOL: {
      const auto& booleans = static_cast<const arrow::BooleanArray&>(array);
      out->resize(static_cast<size_t>(array.length()));
      for (int64_t i = 0; i < array.length(); ++i) (*out)[i] = booleans.Value(i) ? 1 : 0;
      return;
    }
    default:
      return CopyValues<int64_t>(array, out);
  }
}

bool IsTextLike(const arrow::DataType& type) {
  if (type.id() != arrow::Type::DICTIONARY) return IsTextType(type);
  return IsTextType(*static_cast<const arrow::DictionaryType&>(type).value_type());
}

std::string_view TextAt(const arrow::Array& array, int64_t i) {
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
    return TextAt(*codes.dictionary(), codes.GetValueIndex(i));
  }
  if (array.type_id() == arrow::Type::LARGE_STRING) {
    return static_cast<const arrow::LargeStringArray&>(array).GetView(i);
  }
  return static_cast<const arrow::StringArray&>(array).GetView(i);
}

std::string IntegerText(int64_t value, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::DECIMAL64:
      return FormatDecimal(value, static_cast<const arrow::DecimalType&>(type).scale());
    case arrow::Type::DATE32:
      return FormatDate(static_cast<int32_t>(value));
    case arrow::Type::TIMESTAMP:
      return FormatTimestamp(value);
    case arrow::Type::BOOL:
      return value != 0 ? "true" : "false";
    default:
      return std::to_string(value);
  }
}

std::string CellText(const arrow::Array& array, int64_t i) {
  if (array.IsNull(i)) return "null";
  if (IsTextLike(*array.type())) return fmt::format("'{}'", TextAt(array, i));
  if (array.type_id() == arrow::Type::DOUBLE) {
    return fmt::format("{}", static_cast<const arrow::DoubleArray&>(array).Value(i));
  }
  if (HoldsIntegers(*array.type()) || array.type_id() == arrow::Type::BOOL) {
    std::vector<int64_t> one;
    ReadIntegers(*array.Slice(i, 1), &one);
    return IntegerText(one[0], *array.type());
  }
  const auto scalar = array.GetScalar(i);
  return scalar.ok() ? (*scalar)->ToString() : "?";
}

void ForEachDifference(const arrow::Array& expected, const arrow::Array& found,
                       bool nulls_pass, const std::function<void(int64_t)>& differ) {
  if (IsTextLike(*found.type())) {
    return Compare(expected, found, nulls_pass, differ,
                   [&](int64_t i) { return TextAt(expected, i) == TextAt(found, i); });
  }
  if (found.type_id() == arrow::Type::DOUBLE) {
    const auto& a = static_cast<const arrow::DoubleArray&>(expected);
    const auto& b = static_cast<const arrow::DoubleArray&>(found);
    return Compare(expected, found, nulls_pass, differ,
                   [&](int64_t i) { return a.Value(i) == b.Value(i); });
  }
  if (HoldsIntegers(*found.type()) || found.type_id() == arrow::Type::BOOL) {
    std::vector<int64_t> a, b;
    ReadIntegers(expected, &a);
    ReadIntegers(found, &b);
    return Compare(expected, found, nulls_pass, differ, [&](int64_t i) {
      return a[static_cast<size_t>(i)] == b[static_cast<size_t>(i)];
    });
  }
  Compare(expected, found, nulls_pass, differ,
          [&](int64_t i) { return expected.RangeEquals(i, i + 1, i, found); });
}

}  // namespace lakeseed
