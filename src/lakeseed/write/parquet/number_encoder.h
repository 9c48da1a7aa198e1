// Encoders of numbers and booleans: delta or plain integers, plain or coded reals, wide
// decimals, bits.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

/// Integers, dates, times, timestamps and decimals of up to 18 digits, as
/// DELTA_BINARY_PACKED or PLAIN.
/// \retval NotImplemented  not one of these types.
arrow::Result<std::unique_ptr<ColumnEncoder>> MakeIntegerEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// Floats, PLAIN; doubles, PLAIN or with a dictionary where they are multiples of a step.
std::unique_ptr<ColumnEncoder> MakeRealEncoder(const ColumnLayout& column,
                                               const ColumnEncoder::Options& options);

/// Decimals of more than 18 digits, PLAIN of fixed length.
std::unique_ptr<ColumnEncoder> MakeWideDecimalEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

std::unique_ptr<ColumnEncoder> MakeBooleanEncoder(const ColumnLayout& column,
                                                  const ColumnEncoder::Options& options);

}  // namespace lakeseed
