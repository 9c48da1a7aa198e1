// What is known of a column before any of its values exists.
//
// A generator declares its shape when it is bound; the writer chooses encoding,
// dictionary and statistics from it instead of rediscovering them.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <optional>

namespace lakeseed {

enum class ShapeKind {
  kUnknown,   ///< Nothing is promised.
  kConstant,  ///< One value, or null.
  kSequence,  ///< row + constant, ascending by 1, no nulls.
  kSorted,    ///< Ascending (ties allowed) inside a dense range of rows.
  kBounded,   ///< Integers (times, scaled decimals too) in [min, max].
  kCategory,  ///< Few distinct values; arrives as dictionary codes.
  kBoolean,
  kReal,  ///< Doubles with random mantissas.
  kText,  ///< Strings, mostly distinct.
};

struct ColumnShape {
  ShapeKind kind = ShapeKind::kUnknown;
  bool nullable = false;  ///< May hold nulls.
  /// kBounded: smallest and largest value, in the column's integer unit.
  std::optional<int64_t> min, max;
  /// kCategory: number of distinct values.
  int64_t num_categories = 0;
};

}  // namespace lakeseed
