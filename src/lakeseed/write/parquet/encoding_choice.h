// Which Parquet encoding a column gets, from what its generator declared.
//
// The rules are by kind, not by trial: a codec on dense random bits costs time
// and saves nothing, a dictionary of a near-unique column costs both.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/type_fwd.h>
#include <parquet/schema.h>
#include <parquet/types.h>

#include <cstdint>
#include <memory>
#include <span>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

struct EncodingChoice {
  parquet::Encoding::type encoding = parquet::Encoding::PLAIN;
  bool dictionary = false;
  bool compress = true;      ///< Use the file's codec.
  double bytes_per_row = 8;  ///< Estimate before encoding, for sizing row groups.
};

EncodingChoice ChooseEncoding(const ColumnLayout& column, ParquetProfile profile);

/// Rows per row group: about 48 MB of declared widths, a power of two of blocks,
/// between 1 and 16 of them. Depends on the columns alone.
int64_t RowGroupRows(std::span<const ColumnLayout> columns);

/// The Parquet node of a column: decimals up to 18 digits as integers, timestamps
/// in their unit, REQUIRED unless the column may hold nulls.
/// \retval NotImplemented  the type has no place in our files.
arrow::Result<parquet::schema::NodePtr> ParquetNode(const ColumnLayout& column,
                                                    bool naive_timestamps);

}  // namespace lakeseed
