#include "lakeseed/validate/day_facts.h"

#include <arrow/api.h>

#include <string>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The number that `count` digits at a place make.
std::optional<int32_t> Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int32_t value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<int32_t> DayOf(std::optional<int32_t> year, std::optional<int32_t> month,
                             std::optional<int32_t> day) {
  if (!year || !month || !day || *year < 1000 || *month < 1 || *month > 12 || *day < 1) {
    return std::nullopt;
  }
  if (*day > DaysInMonth(*year, *month)) return std::nullopt;
  return DaysFromCivil(*year, *month, *day);
}

// A date that begins at a place, with or without one separator in both gaps.
std::optional<int32_t> DateAt(std::string_view path, size_t at) {
  if (at > 0 && IsDigit(path[at - 1])) return std::nullopt;
  const size_t gap =
      at + 4 < path.size() && std::string_view("-_/").find(path[at + 4]) < 3 ? 1 : 0;
  const size_t month = at + 4 + gap, day = month + 2 + gap;
  if (gap == 1 && (day > path.size() || path[day - 1] != path[at + 4])) {
    return std::nullopt;
  }
  if (day + 2 < path.size() && IsDigit(path[day + 2])) return std::nullopt;
  return DayOf(Digits(path, at, 4), Digits(path, month, 2), Digits(path, day, 2));
}

std::optional<int32_t> NumberAfter(std::string_view path, std::string_view name,
                                   size_t count) {
  const size_t at = path.rfind(name);
  if (at == std::string_view::npos) return std::nullopt;
  return Digits(path, at + name.size(), count);
}

// "2024-03-01T12:34:56.123456Z", microseconds since 1970-01-01.
std::optional<int64_t> Instant(const std::string& text) {
  const auto day = ParseDate(std::string_view(text).substr(0, 10));
  const auto hour = Digits(text, 11, 2), minute = Digits(text, 14, 2),
             second = Digits(text, 17, 2);
  if (!day.ok() || !hour || !minute || !second) return std::nullopt;
  int64_t value = *day * kMicrosecondsPerDay + *hour * kMicrosecondsPerHour +
                  (*minute * 60 + *second) * kMicrosecondsPerSecond;
  int64_t unit = kMicrosecondsPerSecond;
  for (size_t i = 20; i < text.size() && IsDigit(text[i]) && unit > 1; ++i) {
    unit /= 10;
    value += (text[i] - '0') * unit;
  }
  return value;
}

std::optional<int32_t> DayOfBound(const nlohmann::json& bound, const ColumnFacts& column,
                                  const TimeZone& zone) {
  if (!bound.is_string()) return std::nullopt;
  const std::string text = bound.get<std::string>();
  if (column.type->id() == arrow::Type::DATE32) {
    const auto day = ParseDate(text);
    return day.ok() ? std::optional<int32_t>(*day) : std::nullopt;
  }
  if (column.type->id() != arrow::Type::TIMESTAMP) return std::nullopt;
  const auto instant = Instant(text);
  if (!instant) return std::nullopt;
  return DayOfTimestamp(zone.ToLocal(*instant));
}

}  // namespace

std::optional<int32_t> DateOfPath(std::string_view path) {
  const auto named = DayOf(NumberAfter(path, "year=", 4), NumberAfter(path, "month=", 2),
                           NumberAfter(path, "day=", 2));
  std::optional<int32_t> last = named;
  for (size_t at = 0; at + 8 <= path.size(); ++at) {
    if (const auto date = DateAt(path, at)) last = date;
  }
  return last;
}

std::optional<DayBounds> DaysOfColumn(const ColumnFacts& column, const TimeZone& zone) {
  const auto first = DayOfBound(column.min, column, zone);
  const auto last = DayOfBound(column.max, column, zone);
  if (!first || !last) return std::nullopt;
  return DayBounds{*first, *last};
}

}  // namespace lakeseed
