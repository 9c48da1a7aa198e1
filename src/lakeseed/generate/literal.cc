#include "lakeseed/generate/literal.h"

#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"

namespace lakeseed {
namespace {

using Kind = Literal::Kind;

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
}

/// Sign, digits, and at most one point between digits. Digits that begin with a
/// zero, as in 01234, are a code and not a number.
bool IsNumber(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return false;
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return IsDigits(text);
  return IsDigits(text.substr(0, point)) && IsDigits(text.substr(point + 1));
}

/// "HH:MM" or "HH:MM:SS" in microseconds, or -1.
int64_t TimeOfDay(std::string_view text) {
  const bool seconds = text.size() == 8 && text[5] == ':';
  if ((text.size() != 5 && !seconds) || text[2] != ':') return -1;
  const auto number = [&](size_t at) {
    return IsDigits(text.substr(at, 2)) ? (text[at] - '0') * 10 + (text[at + 1] - '0')
                                        : 99;
  };
  const int64_t hour = number(0), minute = number(3), second = seconds ? number(6) : 0;
  if (hour > 23 || minute > 59 || second > 59) return -1;
  return hour * kMicrosecondsPerHour + (minute * 60 + second) * kMicrosecondsPerSecond;
}

bool ReadInstant(std::string_view text, Literal* literal) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const arrow::Result<int32_t> day = ParseDate(text.substr(0, 10));
  if (!day.ok()) return false;
  if (text.size() == 10) {
    literal->kind = Kind::kDate;
    literal->number = *day;
    return true;
  }
  if (text[10] != ' ' && text[10] != 'T') return false;
  std::string_view time = text.substr(11);
  if (!time.empty() && time.back() == 'Z') time.remove_suffix(1);
  const int64_t microseconds = TimeOfDay(time);
  if (microseconds < 0) return false;
  literal->kind = Kind::kTimestamp;
  literal->number = *day * kMicrosecondsPerDay + microseconds;
  return true;
}

int64_t SizeOf(int64_t number) {
  return number == INT64_MIN ? INT64_MAX : number < 0 ? -number : number;
}

arrow::Status NoValueOf(std::string_view type) {
  return arrow::Status::Invalid(fmt::format("must be {}", type));
}

arrow::Result<int64_t> IntegerAs(const Literal& literal, int bits) {
  if (literal.kind != Kind::kInteger) return NoValueOf("an integer");
  const int64_t limit = bits == 64 ? INT64_MAX : (int64_t{1} << (bits - 1)) - 1;
  if (literal.number > limit || literal.number < -limit - 1) {
    return NoValueOf(fmt::format("an integer of {} bits", bits));
  }
  return literal.number;
}

arrow::Result<int64_t> DecimalAs(const Literal& literal, const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  if (literal.kind != Kind::kInteger && literal.kind != Kind::kDecimal) {
    return NoValueOf("a number");
  }
  if (literal.scale > decimal.scale()) {
    return NoValueOf(fmt::format("a decimal of at most {} places", decimal.scale()));
  }
  const arrow::Result<int64_t> number =
      Rescale(literal.number, literal.scale, decimal.scale());
  const bool fits = number.ok() && decimal.precision() <= kMaxScale &&
                    SizeOf(*number) < PowerOfTen(decimal.precision());
  if (!fits) return NoValueOf(fmt::format("a decimal of {} digits", decimal.precision()));
  return *number;
}

}  // namespace

double Literal::ToDouble() const {
  return static_cast<double>(number) / static_cast<double>(PowerOfTen(scale));
}

const std::shared_ptr<arrow::DataType>& TimestampType() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return type;
}

const std::shared_ptr<arrow::DataType>& CategoryType() {
  static const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  return type;
}

Literal LiteralOf(const SpecNode& node) {
  Literal literal;
  literal.text = node.text;
  if (node.quoted) return literal;
  if (IsNumber(node.text)) {
    std::string_view text = node.text;
    if (text[0] == '+') text.remove_prefix(1);
    const arrow::Result<Decimal> decimal = ParseDecimal(text);
    if (decimal.ok() && decimal->scale <= kMaxScale) {
      literal.kind = decimal->scale == 0 ? Kind::kInteger : Kind::kDecimal;
      literal.number = decimal->unscaled;
      literal.scale = decimal->scale;
    }
    return literal;
  }
  if (node.text == "true" || node.text == "false") {
    literal.kind = Kind::kBoolean;
    literal.number = node.text == "true" ? 1 : 0;
    return literal;
  }
  ReadInstant(node.text, &literal);
  return literal;
}

std::shared_ptr<arrow::DataType> DecimalTypeFor(int64_t largest, int scale) {
  int precision = std::max(scale, 1);
  while (precision < kMaxScale && SizeOf(largest) >= PowerOfTen(precision)) ++precision;
  return arrow::decimal64(precision, scale);
}

std::shared_ptr<arrow::DataType> CommonType(std::span<const Literal> literals) {
  const auto all = [&](Kind a, Kind b) {
    return std::all_of(literals.begin(), literals.end(),
                       [&](const Literal& l) { return l.kind == a || l.kind == b; });
  };
  if (literals.empty()) return arrow::utf8();
  if (all(Kind::kInteger, Kind::kInteger)) return arrow::int64();
  if (all(Kind::kBoolean, Kind::kBoolean)) return arrow::boolean();
  if (all(Kind::kDate, Kind::kDate)) return arrow::date32();
  if (all(Kind::kDate, Kind::kTimestamp)) return TimestampType();
  if (!all(Kind::kInteger, Kind::kDecimal)) return arrow::utf8();
  int scale = 0;
  for (const Literal& literal : literals) scale = std::max(scale, literal.scale);
  int64_t largest = 0;
  for (const Literal& literal : literals) {
    const arrow::Result<int64_t> number = Rescale(literal.number, literal.scale, scale);
    if (!number.ok()) return arrow::utf8();
    largest = std::max(largest, SizeOf(*number));
  }
  return DecimalTypeFor(largest, scale);
}

arrow::Result<int64_t> NumberAs(const Literal& literal, const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      if (literal.kind != Kind::kBoolean) return NoValueOf("true or false");
      return literal.number;
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
      return IntegerAs(literal, type.bit_width());
    case arrow::Type::DATE32:
      if (literal.kind != Kind::kDate) return NoValueOf("a date YYYY-MM-DD");
      return literal.number;
    case arrow::Type::TIMESTAMP:
      if (literal.kind == Kind::kDate) return literal.number * kMicrosecondsPerDay;
      if (literal.kind != Kind::kTimestamp) {
        return NoValueOf("a time YYYY-MM-DD HH:MM:SS");
      }
      return literal.number;
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128:
      return DecimalAs(literal, type);
    default:
      return NoValueOf("of another type");
  }
}

bool IsIntegerLike(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL64:
      return true;
    default:
      return false;
  }
}

int ScaleOf(const arrow::DataType& type) {
  return arrow::is_decimal(type.id())
             ? static_cast<const arrow::DecimalType&>(type).scale()
             : 0;
}

std::shared_ptr<arrow::DataType> NarrowDecimal(
    const std::shared_ptr<arrow::DataType>& type) {
  if (type == nullptr || type->id() != arrow::Type::DECIMAL128) return type;
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  if (decimal.precision() > kMaxScale) return type;
  return arrow::decimal64(decimal.precision(), decimal.scale());
}

}  // namespace lakeseed
