// SteppedEncoder: doubles that are multiples of a step, as codes of a dictionary: no
// value is hashed. A value that is none gets a code of its own.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/decimal_step.h"

namespace lakeseed {

std::unique_ptr<ColumnEncoder> MakeSteppedEncoder(const ColumnLayout& column,
                                                  const ColumnEncoder::Options& options,
                                                  const DecimalStep& step);

}  // namespace lakeseed
