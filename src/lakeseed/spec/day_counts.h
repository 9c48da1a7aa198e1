// Numbers of rows that differ from day to day by a law: `per_day: {uniform: [140, 260]}`,
// `per_day: {normal: {mean: 200, stddev: 20}, at_least: 50}`, or the sum of both.
//
// They are kept as one expression, day_counts(low, high, mean, stddev, at_least), so that
// sizes are checked and printed like all others. `by_day`, an expression of `$day` that
// each day's number is multiplied by, is the sixth.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <span>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Read the mapping. Null: there is an error.
ExprPtr ReadDayCounts(const Field& field);

/// Whether the size is such a law.
bool IsDayCounts(const Expr& size);
/// Its numbers of rows.
std::span<const ExprPtr> SizesOf(const Expr& law);
/// What the days are multiplied by; nullptr: nothing.
const Expr* ByDayOf(const Expr& size);

}  // namespace lakeseed
