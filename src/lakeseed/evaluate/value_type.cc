#include "lakeseed/evaluate/value_type.h"

#include <arrow/type.h>

#include <algorithm>
#include <array>

#include "lakeseed/base/decimal.h"

namespace lakeseed {
namespace {

constexpr std::array<Int128, 39> MakePowers() {
  std::array<Int128, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

constexpr std::array<Int128, 39> kPowers = MakePowers();

ValueType Exact(ValueKind kind, int scale, Int128 limit) {
  ValueType type;
  type.kind = kind;
  type.scale = scale;
  type.limit = limit;
  return type;
}

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
         type.id() == arrow::Type::STRING_VIEW;
}

ValueType Simple(ValueKind kind) {
  ValueType type;
  type.kind = kind;
  return type;
}

}  // namespace

Int128 WidePowerOfTen(int n) { return kPowers[static_cast<size_t>(n)]; }

int DigitsOf(Int128 magnitude) {
  int digits = 1;
  while (digits < 39 && magnitude >= kPowers[static_cast<size_t>(digits)]) {
    if (++digits == 39) break;
  }
  return digits;
}

Int128 LimitOfProduct(Int128 a, Int128 b) {
  Int128 product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMaxInt128 : product;
}

Int128 LimitOfSum(Int128 a, Int128 b) {
  Int128 sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kMaxInt128 : sum;
}

arrow::Result<ValueType> ValueTypeOf(const arrow::DataType& type) {
  using arrow::Type;
  switch (type.id()) {
    case Type::NA:
      return Simple(ValueKind::kNull);
    case Type::BOOL:
      return Simple(ValueKind::kBoolean);
    case Type::INT8:
    case Type::UINT8:
      return Exact(ValueKind::kInteger, 0, 255);
    case Type::INT16:
    case Type::UINT16:
      return Exact(ValueKind::kInteger, 0, 65'535);
    case Type::INT32:
    case Type::UINT32:
      return Exact(ValueKind::kInteger, 0, 4'294'967'295);
    case Type::INT64:
      return Exact(ValueKind::kInteger, 0, kMaxInt64);
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      if (decimal.scale() < 0 || decimal.scale() > kMaxScale) break;
      return Exact(ValueKind::kDecimal, decimal.scale(),
                   WidePowerOfTen(decimal.precision()) - 1);
    }
    case Type::FLOAT:
    case Type::DOUBLE:
      return Simple(ValueKind::kDouble);
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
      return Simple(ValueKind::kText);
    case Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
      if (!IsText(*dictionary.value_type())) break;
      ValueType text = Simple(ValueKind::kText);
      text.dictionary = true;
      return text;
    }
    case Type::DATE32:
      return Simple(ValueKind::kDate);
    case Type::TIMESTAMP:
      return Simple(ValueKind::kTimestamp);
    default:
      break;
  }
  return arrow::Status::NotImplemented("expressions cannot read ", type.ToString());
}

std::shared_ptr<arrow::DataType> ArrowTypeOf(const ValueType& type) {
  switch (type.kind) {
    case ValueKind::kNull:
      return arrow::null();
    case ValueKind::kBoolean:
      return arrow::boolean();
    case ValueKind::kInteger:
      return arrow::int64();
    case ValueKind::kDecimal: {
      const int digits = std::min(18, std::max(DigitsOf(type.limit), type.scale + 1));
      return arrow::decimal64(std::max(digits, std::min(type.scale, 18)), type.scale);
    }
    case ValueKind::kDouble:
      return arrow::float64();
    case ValueKind::kText:
      return type.dictionary ? arrow::dictionary(arrow::int32(), arrow::utf8())
                             : arrow::utf8();
    case ValueKind::kDate:
      return arrow::date32();
    case ValueKind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case ValueKind::kDuration:
      return arrow::duration(arrow::TimeUnit::MICRO);
  }
  return arrow::null();
}

std::string KindName(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull:
      return "null";
    case ValueKind::kBoolean:
      return "bool";
    case ValueKind::kInteger:
      return "int";
    case ValueKind::kDecimal:
      return "decimal";
    case ValueKind::kDouble:
      return "double";
    case ValueKind::kText:
      return "text";
    case ValueKind::kDate:
      return "date";
    case ValueKind::kTimestamp:
      return "timestamp";
    case ValueKind::kDuration:
      return "duration";
  }
  return "";
}

std::string FormatExact(Int128 unscaled, int scale) {
  const bool negative = unscaled < 0;
  auto magnitude = static_cast<unsigned __int128>(unscaled);
  if (negative) magnitude = ~magnitude + 1;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude > 0);
  while (static_cast<int>(digits.size()) <= scale) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

}  // namespace lakeseed
