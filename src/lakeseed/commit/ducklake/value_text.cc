#include "lakeseed/commit/ducklake/value_text.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "lakeseed/base/date.h"
#include "lakeseed/base/floor_divide.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/utf8.h"
#include "lakeseed/commit/text_bounds.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed::ducklake {
namespace {

constexpr size_t kLongestText = 256;
constexpr int64_t kDaySeconds = 86'400;

std::optional<std::string> TimestampText(const arrow::TimestampScalar& scalar) {
  const auto& type = static_cast<const arrow::TimestampType&>(*scalar.type);
  const int digits = FractionDigits(type.unit());
  int64_t day_ticks = kDaySeconds;
  for (int i = 0; i < digits; ++i) day_ticks *= 10;
  if (!IsKnownDay(FloorDivide(scalar.value, day_ticks))) return std::nullopt;
  std::string text;
  AppendTimestamp(scalar.value, digits, ' ', false, &text);
  TrimFraction(&text);
  return type.timezone().empty() ? text : text + "+00";
}

template <typename Value>
std::optional<std::string> RealText(Value value) {
  // Infinities compare in every reader, but not all read their text.
  if (!(value - value == 0)) return std::nullopt;
  std::string text;
  AppendReal(value, &text);
  return text;
}

template <typename DecimalScalar>
std::string DecimalText(const arrow::Scalar& scalar) {
  return static_cast<const DecimalScalar&>(scalar).value.ToString(
      static_cast<const arrow::DecimalType&>(*scalar.type).scale());
}

/// A number of a text; NaN if it is none.
double RealOf(const std::string& text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

arrow::Result<std::string> TypeText(const arrow::DataType& type,
                                    const std::string& column) {
  if (arrow::is_integer(type.id())) return type.ToString();
  switch (type.id()) {
    case arrow::Type::BOOL:
      return "boolean";
    case arrow::Type::FLOAT:
      return "float32";
    case arrow::Type::DOUBLE:
      return "float64";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return "varchar";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      return "blob";
    case arrow::Type::DATE32:
      return "date";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
      return "time";
    case arrow::Type::TIMESTAMP: {
      const auto& time = static_cast<const arrow::TimestampType&>(type);
      if (!time.timezone().empty()) return "timestamptz";
      if (time.unit() == arrow::TimeUnit::NANO) return "timestamp_ns";
      return time.unit() == arrow::TimeUnit::MICRO ? "timestamp" : "timestamp_ms";
    }
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return fmt::format("decimal({},{})", decimal.precision(), decimal.scale());
    }
    case arrow::Type::STRUCT:
      return "struct";
    case arrow::Type::LIST:
      return "list";
    default:
      return RequestError(
          fmt::format("no DuckLake column is written for {}: {}", type.ToString(),
                      column),
          "leave the column out, give it another type, or write --output-mode parquet");
  }
}

std::optional<std::string> BoundText(const arrow::Scalar& scalar) {
  if (arrow::is_integer(scalar.type->id())) return scalar.ToString();
  switch (scalar.type->id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanScalar&>(scalar).value ? "1" : "0";
    case arrow::Type::FLOAT:
      return RealText(static_cast<const arrow::FloatScalar&>(scalar).value);
    case arrow::Type::DOUBLE:
      return RealText(static_cast<const arrow::DoubleScalar&>(scalar).value);
    case arrow::Type::DECIMAL32:
      return DecimalText<arrow::Decimal32Scalar>(scalar);
    case arrow::Type::DECIMAL64:
      return DecimalText<arrow::Decimal64Scalar>(scalar);
    case arrow::Type::DECIMAL128:
      return DecimalText<arrow::Decimal128Scalar>(scalar);
    case arrow::Type::DATE32: {
      const int32_t days = static_cast<const arrow::Date32Scalar&>(scalar).value;
      if (!IsKnownDay(days)) return std::nullopt;
      return FormatDate(days);
    }
    case arrow::Type::TIMESTAMP:
      return TimestampText(static_cast<const arrow::TimestampScalar&>(scalar));
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING: {
      const auto text = static_cast<const arrow::BaseBinaryScalar&>(scalar).view();
      // A NUL would end the text in some databases.
      if (text.size() > kLongestText || text.find('\0') != std::string_view::npos ||
          !IsUtf8(text)) {
        return std::nullopt;
      }
      return std::string(text);
    }
    default:
      return std::nullopt;
  }
}

bool IsBefore(const std::string& type, const std::string& a, const std::string& b) {
  if (type.starts_with("float")) return RealOf(a) < RealOf(b);
  if (type.find("int") != std::string::npos || type.starts_with("decimal")) {
    arrow::Decimal256 left, right;
    int32_t precision = 0, left_scale = 0, right_scale = 0;
    if (!arrow::Decimal256::FromString(a, &left, &precision, &left_scale).ok() ||
        !arrow::Decimal256::FromString(b, &right, &precision, &right_scale).ok()) {
      return false;
    }
    const int32_t scale = std::max(left_scale, right_scale);
    const auto aligned = [scale](const arrow::Decimal256& value, int32_t own) {
      return value.IncreaseScaleBy(scale - own);
    };
    return aligned(left, left_scale) < aligned(right, right_scale);
  }
  // Dates and times of the years 1 to 9999, booleans as digits, and texts by bytes.
  return a < b;
}

std::string InstantText(int64_t microseconds) {
  std::string text;
  AppendTimestamp(microseconds, 6, ' ', false, &text);
  TrimFraction(&text);
  return text + "+00";
}

int64_t InstantOf(const std::string& text) {
  const size_t zone = text.rfind("+00");
  std::string plain = text.substr(0, zone);
  if (plain.find('.') == std::string::npos) plain += ".";
  const size_t point = plain.find('.');
  plain.resize(point + 7, '0');
  const auto parsed = ParseTimestamp(plain, 6);
  return parsed.ok() ? *parsed : std::numeric_limits<int64_t>::min();
}

}  // namespace lakeseed::ducklake
