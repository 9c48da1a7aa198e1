// The whole numbers behind the values of an array: of numbers, booleans, days, ticks
// and the digits of decimals.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <cstdint>

namespace lakeseed {

/// Call visit(place, number) for each value that is not null.
/// \retval Invalid  no such type.
template <typename Visit>
arrow::Status VisitIntegers(const arrow::Array& array, const Visit& visit) {
  const auto all = [&]<typename Array>(const Array& values) {
    for (int64_t i = 0; i < values.length(); ++i) {
      if (!values.IsNull(i)) visit(i, static_cast<int64_t>(values.Value(i)));
    }
    return arrow::Status::OK();
  };
  const auto digits = [&]<typename Array, typename Decimal>(const Array& values,
                                                            Decimal) {
    for (int64_t i = 0; i < values.length(); ++i) {
      if (!values.IsNull(i)) visit(i, int64_t{Decimal(values.GetValue(i)).value()});
    }
    return arrow::Status::OK();
  };
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return all(static_cast<const arrow::BooleanArray&>(array));
    case arrow::Type::INT8:
      return all(static_cast<const arrow::Int8Array&>(array));
    case arrow::Type::INT16:
      return all(static_cast<const arrow::Int16Array&>(array));
    case arrow::Type::INT32:
      return all(static_cast<const arrow::Int32Array&>(array));
    case arrow::Type::INT64:
      return all(static_cast<const arrow::Int64Array&>(array));
    case arrow::Type::DATE32:
      return all(static_cast<const arrow::Date32Array&>(array));
    case arrow::Type::TIMESTAMP:
      return all(static_cast<const arrow::TimestampArray&>(array));
    case arrow::Type::DECIMAL32:
      return digits(static_cast<const arrow::Decimal32Array&>(array), arrow::Decimal32());
    case arrow::Type::DECIMAL64:
      return digits(static_cast<const arrow::Decimal64Array&>(array), arrow::Decimal64());
    default:
      return arrow::Status::Invalid("no whole number behind ", array.type()->ToString());
  }
}

}  // namespace lakeseed
