// Values as Parquet's PLAIN stores them: in statistics and dictionary pages.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <string>

namespace lakeseed {

/// The integer type that Parquet stores for integers, dates, times, timestamps and
/// decimals of up to 18 digits: 4 bytes, or 8.
bool IsStoredNarrow(const arrow::DataType& type);

/// An integer in the little-endian bytes of its stored type.
std::string PlainInteger(int64_t value, bool narrow);

/// A decimal of more than 18 digits: big-endian, of the length its precision needs.
std::string PlainDecimal(const arrow::Decimal128& value, int32_t length);

/// A value that is not null of any array that is no dictionary; text without length.
/// REQUIRES: not a boolean.
std::string PlainValue(const arrow::Array& values, int64_t i);

}  // namespace lakeseed
