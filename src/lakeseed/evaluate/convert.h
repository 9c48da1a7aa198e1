// Conversions that lose nothing, and the ones inside round().
//
// Rule for doubles inside round(): a double that meets a decimal becomes the
// nearest decimal of 9 digits after the point, half away from zero, computed from
// its exact binary value with integers; everything after that is exact.
//
// Thread safety: pure functions.

#pragma once

#include <span>

#include "lakeseed/evaluate/bind.h"

namespace lakeseed {

/// Nearest integer to x * 10^scale, half away from zero, exactly.
/// Returns false when x is not finite or the result is beyond 10^37.
bool ScaleDouble(double x, int scale, Int128* out);

/// value / 10^digits, half away from zero. REQUIRES: 0 <= digits <= 38.
Int128 DropDigits(Int128 value, int digits);

/// The same values with another layout: a larger scale, 128 bits, a double from
/// an integer, an exact number from a double, a timestamp from a date, a typed null.
NodePtr ConvertTo(Binder& binder, NodePtr node, const ValueType& type);

/// Round to `digits` after the point; digits may be negative for whole numbers.
NodePtr RoundTo(Binder& binder, const Place& place, NodePtr node, int digits);

/// A decimal without digits after the point as an integer.
NodePtr AsInteger(Binder& binder, const Place& place, NodePtr node);

/// Values in 64 bits, checked row by row if they may be larger.
NodePtr Narrow(Binder& binder, NodePtr node);

/// Integers and doubles as doubles; a decimal is an error that says how.
NodePtr ToDouble(Binder& binder, NodePtr node);

/// Make all of one type, the smallest that holds all. `what` names the place in
/// errors: "coalesce". False: reported.
bool Unify(Binder& binder, const Place& place, const std::string& what,
           std::vector<NodePtr>* nodes);

}  // namespace lakeseed
