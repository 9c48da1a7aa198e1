// Ranges as the exact statistics of a column.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <memory>
#include <string>

#include "lakeseed/write/data_file.h"
#include "lakeseed/write/text_range.h"
#include "lakeseed/write/value_range.h"

namespace lakeseed {

/// One integer as a scalar of the type: integers, dates, times, timestamps and
/// decimals of up to 18 digits in any width.
template <typename T>
arrow::Result<std::shared_ptr<arrow::Scalar>> IntegerScalar(
    const std::shared_ptr<arrow::DataType>& type, T value) {
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
      return std::make_shared<arrow::Decimal32Scalar>(
          arrow::Decimal32(static_cast<int32_t>(value)), type);
    case arrow::Type::DECIMAL64:
      return std::make_shared<arrow::Decimal64Scalar>(
          arrow::Decimal64(static_cast<int64_t>(value)), type);
    case arrow::Type::DECIMAL128:
      return std::make_shared<arrow::Decimal128Scalar>(
          arrow::Decimal128(static_cast<int64_t>(value)), type);
    default:
      return arrow::MakeScalar(type, value);
  }
}

template <typename T>
arrow::Result<ColumnStatistics> StatisticsOf(std::string name,
                                             std::shared_ptr<arrow::DataType> type,
                                             int64_t null_count,
                                             const IntegerRange<T>& range) {
  ColumnStatistics result{std::move(name), std::move(type), null_count};
  if (!range.any()) return result;
  ARROW_ASSIGN_OR_RAISE(result.min, IntegerScalar(result.type, range.min));
  ARROW_ASSIGN_OR_RAISE(result.max, IntegerScalar(result.type, range.max));
  return result;
}

template <typename T>
arrow::Result<ColumnStatistics> StatisticsOf(std::string name,
                                             std::shared_ptr<arrow::DataType> type,
                                             int64_t null_count,
                                             const RealRange<T>& range) {
  ColumnStatistics result{std::move(name), std::move(type), null_count, range.nan_count};
  if (!range.any()) return result;
  result.min = arrow::MakeScalar(range.low());
  result.max = arrow::MakeScalar(range.high());
  return result;
}

arrow::Result<ColumnStatistics> StatisticsOf(std::string name,
                                             std::shared_ptr<arrow::DataType> type,
                                             int64_t null_count,
                                             const BooleanRange& range);
arrow::Result<ColumnStatistics> StatisticsOf(
    std::string name, std::shared_ptr<arrow::DataType> type, int64_t null_count,
    const OrderedRange<arrow::Decimal128>& range);
arrow::Result<ColumnStatistics> StatisticsOf(std::string name,
                                             std::shared_ptr<arrow::DataType> type,
                                             int64_t null_count, const TextRange& range);

}  // namespace lakeseed
