#include "lakeseed/write/range_statistics.h"

namespace lakeseed {

using TypePtr = std::shared_ptr<arrow::DataType>;

arrow::Result<ColumnStatistics> StatisticsOf(std::string name, TypePtr type,
                                             int64_t null_count,
                                             const BooleanRange& range) {
  ColumnStatistics result{std::move(name), std::move(type), null_count};
  if (!range.any()) return result;
  result.min = arrow::MakeScalar(range.low());
  result.max = arrow::MakeScalar(range.high());
  return result;
}

arrow::Result<ColumnStatistics> StatisticsOf(
    std::string name, TypePtr type, int64_t null_count,
    const OrderedRange<arrow::Decimal128>& range) {
  ColumnStatistics result{std::move(name), std::move(type), null_count};
  if (!range.any()) return result;
  result.min = std::make_shared<arrow::Decimal128Scalar>(range.min, result.type);
  result.max = std::make_shared<arrow::Decimal128Scalar>(range.max, result.type);
  return result;
}

arrow::Result<ColumnStatistics> StatisticsOf(std::string name, TypePtr type,
                                             int64_t null_count, const TextRange& range) {
  ColumnStatistics result{std::move(name), std::move(type), null_count};
  if (!range.any()) return result;
  ARROW_ASSIGN_OR_RAISE(
      result.min, arrow::MakeScalar(result.type,
                                    arrow::Buffer::FromString(std::string(range.min()))));
  ARROW_ASSIGN_OR_RAISE(
      result.max, arrow::MakeScalar(result.type,
                                    arrow::Buffer::FromString(std::string(range.max()))));
  return result;
}

}  // namespace lakeseed
