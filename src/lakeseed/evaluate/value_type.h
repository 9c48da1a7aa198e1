// ValueType: what an expression's values are while it is being computed.
//
// Law: a number knows the largest magnitude it can have (`limit`). As long as
// the limit fits 64 bits a decimal or an integer is computed in 64 bits, else in
// 128: intermediate results are exact either way. A limit beyond 128 bits makes
// the operation check each row.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lakeseed {

using Int128 = __int128;

constexpr Int128 kMaxInt128 =
    static_cast<Int128>(~static_cast<unsigned __int128>(0) >> 1);
constexpr Int128 kMaxInt64 = INT64_MAX;
/// Largest magnitude of a decimal64(18, s).
constexpr int64_t kMaxDecimal64 = 999'999'999'999'999'999;
/// Digits after the point that a value inside round() may have; else base's kMaxScale.
constexpr int kMaxInnerScale = 27;
/// Digits after the point of a double that meets a decimal inside round().
constexpr int kDoubleScale = 9;

enum class ValueKind {
  kNull,  ///< The literal null: takes the type of its surroundings.
  kBoolean,
  kInteger,
  kDecimal,
  kDouble,
  kText,
  kDate,       ///< Days since 1970-01-01.
  kTimestamp,  ///< Microseconds since 1970-01-01 UTC.
  kDuration,   ///< Microseconds; exists only inside expressions.
};

struct ValueType {
  ValueKind kind = ValueKind::kNull;
  int scale = 0;  ///< kDecimal: digits after the point.
  Int128 limit =
      kMaxInt64;  ///< kInteger, kDecimal: largest magnitude; kMaxInt128 = unknown.
  bool dictionary = false;  ///< kText: codes into a dictionary.
  bool whole_days = false;  ///< kDuration: always whole days.
  bool nullable = true;

  /// Values are 128-bit.
  bool wide() const { return is_exact() && limit > kMaxInt64; }
  /// Integer or decimal.
  bool is_exact() const {
    return kind == ValueKind::kInteger || kind == ValueKind::kDecimal;
  }
  bool is_number() const { return is_exact() || kind == ValueKind::kDouble; }
  bool is(ValueKind k) const { return kind == k; }
};

/// 10^n. REQUIRES: 0 <= n <= 38.
Int128 WidePowerOfTen(int n);

/// Number of decimal digits of a magnitude, at least 1.
int DigitsOf(Int128 magnitude);

/// min(a * b, kMaxInt128), min(a + b, kMaxInt128). REQUIRES: a, b >= 0.
Int128 LimitOfProduct(Int128 a, Int128 b);
Int128 LimitOfSum(Int128 a, Int128 b);

/// Type of an Arrow array as input.
/// \retval NotImplemented  expressions cannot read it.
arrow::Result<ValueType> ValueTypeOf(const arrow::DataType& type);

/// Arrow type of a result. kNull gives arrow::null().
std::shared_ptr<arrow::DataType> ArrowTypeOf(const ValueType& type);

/// Name for errors: "decimal", "int", "text", …
std::string KindName(ValueKind kind);

/// "12.50" for (1250, 2).
std::string FormatExact(Int128 unscaled, int scale);

}  // namespace lakeseed
