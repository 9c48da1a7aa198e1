#include "lakeseed/commit/delta/statistics.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "lakeseed/base/floor_divide.h"
#include "lakeseed/base/utf8.h"
#include "lakeseed/commit/text_bounds.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed::delta {
namespace {

std::string Quoted(std::string_view text) { return nlohmann::json(text).dump(); }

/// Milliseconds, rounded away from the values in between.
std::string TimestampBound(const arrow::Scalar& scalar, bool is_upper) {
  const auto& type = static_cast<const arrow::TimestampType&>(*scalar.type);
  const int64_t ticks = static_cast<const arrow::TimestampScalar&>(scalar).value;
  constexpr int64_t kMicrosecond = 1'000, kNanosecond = 1'000'000;
  int64_t milliseconds = 0;
  switch (type.unit()) {
    case arrow::TimeUnit::SECOND:
      if (std::abs(ticks) > INT64_MAX / 2'000) return "";
      milliseconds = ticks * 1'000;
      break;
    case arrow::TimeUnit::MILLI:
      milliseconds = ticks;
      break;
    default: {
      const int64_t by =
          type.unit() == arrow::TimeUnit::MICRO ? kMicrosecond : kNanosecond;
      milliseconds = FloorDivide(ticks, by);
      if (is_upper && milliseconds * by != ticks) ++milliseconds;
    }
  }
  if (!IsKnownDay(FloorDivide(milliseconds, 86'400'000))) return "";
  std::string text;
  AppendTimestamp(milliseconds, 3, 'T', !type.timezone().empty(), &text);
  return Quoted(text);
}

std::string RealBound(double value) {
  return std::isfinite(value) ? nlohmann::json(value).dump() : "";
}

std::string TextBound(std::string_view text, bool is_upper) {
  if (!IsUtf8(text)) return "";
  const std::string bound = is_upper ? UpperBound(text) : LowerBound(text);
  if (is_upper && bound.empty() && !text.empty()) return "";
  return Quoted(bound);
}

/// A bound as JSON text; empty when there is none to tell.
std::string BoundText(const arrow::Scalar& scalar, bool is_upper) {
  std::string text;
  switch (scalar.type->id()) {
    // Booleans too: without a bound deltalake's Arrow data sets find no row at all.
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
      return ScalarToJson(scalar).dump();
    case arrow::Type::FLOAT:
      return RealBound(static_cast<const arrow::FloatScalar&>(scalar).value);
    case arrow::Type::DOUBLE:
      return RealBound(static_cast<const arrow::DoubleScalar&>(scalar).value);
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& type = static_cast<const arrow::DecimalType&>(*scalar.type);
      if (type.id() == arrow::Type::DECIMAL32) {
        AppendDecimal(static_cast<const arrow::Decimal32Scalar&>(scalar).value.value(),
                      type.scale(), &text);
      } else if (type.id() == arrow::Type::DECIMAL64) {
        AppendDecimal(static_cast<const arrow::Decimal64Scalar&>(scalar).value.value(),
                      type.scale(), &text);
      } else {
        AppendDecimal(static_cast<const arrow::Decimal128Scalar&>(scalar).value,
                      type.scale(), &text);
      }
      return text;
    }
    case arrow::Type::DATE32: {
      const int32_t days = static_cast<const arrow::Date32Scalar&>(scalar).value;
      if (!IsKnownDay(days)) return "";
      AppendDate(days, &text);
      return Quoted(text);
    }
    case arrow::Type::TIMESTAMP:
      return TimestampBound(scalar, is_upper);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return TextBound(static_cast<const arrow::BaseBinaryScalar&>(scalar).view(),
                       is_upper);
    default:
      return "";  // Binaries have none.
  }
}

/// NaN is after all numbers for most readers, and JSON cannot say it: the greatest
/// number keeps such a file in every search for great ones. Without any bound some
/// readers would leave the file out.
std::string BoundWithNan(const arrow::Scalar& greatest) {
  if (BoundText(greatest, true).empty()) return "";
  return RealBound(greatest.type->id() == arrow::Type::FLOAT
                       ? static_cast<double>(std::numeric_limits<float>::max())
                       : std::numeric_limits<double>::max());
}

}  // namespace

arrow::Result<std::string> StatisticsText(const DataFile& file) {
  std::string lower, upper, nulls;
  const auto add = [](const std::string& name, const std::string& value,
                      std::string* to) {
    *to += fmt::format("{}{}:{}", to->empty() ? "" : ",", Quoted(name), value);
  };
  for (const ColumnStatistics& column : file.columns) {
    const bool is_partition = std::any_of(
        file.partition_values.begin(), file.partition_values.end(),
        [&](const auto& partition) { return partition.first == column.name; });
    if (is_partition) continue;  // Readers have it from partitionValues.
    // Structs would have statistics of their fields.
    if (column.type->id() == arrow::Type::STRUCT) continue;
    add(column.name, std::to_string(column.null_count), &nulls);
    if (!column.min || !column.max) continue;  // All null or NaN.
    const std::string least = BoundText(*column.min, false);
    const std::string greatest =
        column.nan_count > 0 ? BoundWithNan(*column.max) : BoundText(*column.max, true);
    if (!least.empty()) add(column.name, least, &lower);
    if (!greatest.empty()) add(column.name, greatest, &upper);
  }
  return fmt::format(
      R"({{"numRecords":{},"minValues":{{{}}},"maxValues":{{{}}},"nullCount":{{{}}}}})",
      file.num_rows, lower, upper, nulls);
}

}  // namespace lakeseed::delta
