// Values as text: integers, exact decimals, ISO 8601 dates and timestamps,
// shortest doubles. No locale, no time zone data, no allocation but the string's.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "lakeseed/base/number_text.h"

namespace lakeseed {

/// Room that the functions Write… need, those of numbers too; they return the end of the
/// text.
inline constexpr int64_t kShortTextBytes = 64;
/// As AppendReal. REQUIRES: finite.
char* WriteReal(double value, char* out);
char* WriteReal(float value, char* out);
/// As AppendDate, AppendTime and AppendTimestamp.
char* WriteDate(int64_t days, char* out);
char* WriteTime(int64_t ticks, int digits, char* out);
char* WriteTimestamp(int64_t ticks, int digits, char separator, bool zoned, char* out);

/// Days as texts. Neighbouring rows lie on few days: theirs are remembered, each where
/// its number leads.
class DayTexts {
 public:
  /// As WriteDate.
  char* Write(int64_t day, char* out);

 private:
  static constexpr uint64_t kDays = 64;
  static constexpr int64_t kBytes = 10;  ///< Of "2024-03-01"; years of others are longer.
  struct Known {
    int64_t day = std::numeric_limits<int64_t>::min();
    char text[kBytes];
  };
  Known known_[kDays];
};
/// As above, with the days of `days`.
char* WriteTimestamp(int64_t ticks, int digits, char separator, bool zoned,
                     DayTexts* days, char* out);

void AppendInteger(int64_t value, std::string* out);
void AppendUnsigned(uint64_t value, std::string* out);

/// value * 10^-scale with exactly `scale` digits behind the point.
void AppendDecimal(int64_t value, int32_t scale, std::string* out);
void AppendDecimal(const arrow::Decimal128& value, int32_t scale, std::string* out);

/// Shortest text that reads back as the same double; "1" is written "1.0" so that
/// readers that guess types see a real. REQUIRES: finite.
void AppendReal(double value, std::string* out);
void AppendReal(float value, std::string* out);

/// Days since 1970-01-01 as YYYY-MM-DD.
void AppendDate(int64_t days, std::string* out);

/// Ticks since midnight, `digits` of them (0, 3, 6, 9) behind the second's point.
void AppendTime(int64_t ticks, int digits, std::string* out);

/// Ticks since 1970-01-01 00:00, UTC: date, `separator`, time, and "Z" if `zoned`.
void AppendTimestamp(int64_t ticks, int digits, char separator, bool zoned,
                     std::string* out);

/// Digits behind the second's point of a unit: 0, 3, 6 or 9.
constexpr int FractionDigits(arrow::TimeUnit::type unit) {
  return 3 * static_cast<int>(unit);
}

/// Leave out zeros at the end of a fraction, and its bare point.
void TrimFraction(std::string* text);

/// The first letters of UTF-8 text, so many at most.
std::string_view FirstLetters(std::string_view text, size_t count);

/// Parse what AppendDate writes.
arrow::Result<int64_t> ParseDayOf(std::string_view text);
/// Parse what AppendTimestamp writes with the same `digits`.
arrow::Result<int64_t> ParseTimestamp(std::string_view text, int digits);

}  // namespace lakeseed
