// Encoder of structs and lists: libparquet's column writers, one for each leaf, whose
// pages are taken into chunks like those of all other columns.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

/// REQUIRES: options.properties.
/// \retval NotImplemented  Parquet has no place for a type inside.
arrow::Result<std::unique_ptr<ColumnEncoder>> MakeNestedEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

}  // namespace lakeseed
