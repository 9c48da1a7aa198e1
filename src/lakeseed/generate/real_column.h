// RealColumn: values of a law of real numbers, written as doubles or, when an
// integer or decimal type is stated, rounded half away from zero.
//
// Law: rounded values keep the bounds of the law: one that would leave them is
// the outermost value that does not.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>

#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/real_law.h"

namespace lakeseed {

class BindContext;
class Params;

/// Build the column in the stated type of `context`.
/// \retval Invalid  a stated type that is no number, or none of its values
///                  lies between the bounds of the law
arrow::Result<std::unique_ptr<ColumnGenerator>> MakeRealColumn(const Params& params,
                                                               const BindContext& context,
                                                               const RealLaw& law);

/// Nearest integer, half away from zero; ends of int64 for what lies beyond.
int64_t RoundHalfAway(double x);

/// out[i] = RoundHalfAway(x[i] * power), from low to high.
void RoundWithin(const double* x, int64_t count, double power, int64_t low, int64_t high,
                 int64_t* out);

/// Greatest whole number of a type of numbers, in its unit, that a double tells apart
/// from its neighbours.
int64_t LargestWhole(const arrow::DataType& type);

}  // namespace lakeseed
