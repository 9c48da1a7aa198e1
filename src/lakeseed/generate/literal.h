// Literal: a constant of a dataset file with the type that its form shows.
//
//   5 -> int64    4.99 -> decimal of its digits    2024-01-31 -> date
//   2024-01-31 09:30:00 -> timestamp    true -> bool    anything else, or
//   anything in quotes -> text
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "lakeseed/spec/node.h"

namespace lakeseed {

struct Literal {
  enum class Kind { kInteger, kDecimal, kDate, kTimestamp, kBoolean, kText };

  Kind kind = Kind::kText;
  int64_t number = 0;  ///< Unscaled, days, UTC microseconds, or 0 and 1.
  int scale = 0;       ///< kDecimal.
  std::string text;    ///< As written.

  double ToDouble() const;
};

/// timestamp[us, UTC], the only timestamp of the language.
const std::shared_ptr<arrow::DataType>& TimestampType();
/// dictionary<int32, utf8>, the type of categories.
const std::shared_ptr<arrow::DataType>& CategoryType();

/// Read a scalar by its form. REQUIRES: node.is_scalar().
Literal LiteralOf(const SpecNode& node);

/// The type that holds all of them: int64, decimal64 of just enough digits,
/// date32, timestamp or bool when all have that form (integers count as
/// decimals beside decimals, dates as timestamps beside timestamps), else utf8.
std::shared_ptr<arrow::DataType> CommonType(std::span<const Literal> literals);

/// The literal as an int64 of `type` (integers, decimal64, date32, timestamp, bool).
/// \retval Invalid  the literal is no value of that type; the message is a reason
arrow::Result<int64_t> NumberAs(const Literal& literal, const arrow::DataType& type);

/// Smallest type of decimals for `scale` and numbers up to `largest` in size.
/// REQUIRES: 0 <= scale <= 18.
std::shared_ptr<arrow::DataType> DecimalTypeFor(int64_t largest, int scale);

/// Integers, decimal64, date32, timestamp: types whose values are one integer.
bool IsIntegerLike(const arrow::DataType& type);
/// Scale of a decimal type, 0 for any other.
int ScaleOf(const arrow::DataType& type);
/// A decimal type of at most 18 digits as decimal64; any other type as it is.
std::shared_ptr<arrow::DataType> NarrowDecimal(
    const std::shared_ptr<arrow::DataType>& type);

}  // namespace lakeseed
