// TextSearch: what is looked for where texts are compressed that stand one behind the
// other, their lengths apart; chosen by a sample of the column.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <optional>

#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/text_snappy.h"

namespace lakeseed {

struct FoundSearch {
  TextSearch search;
  double bytes_per_text;  ///< Compressed, with what says its length.
};

/// The search that makes least of the rows, if that is no more than about what PLAIN
/// texts become with the library's Snappy; none: nothing is known to pay, or may be
/// taken.
arrow::Result<std::optional<FoundSearch>> SearchThatPays(
    const arrow::ArrayVector& rows, const ColumnEncoder::Options& options);

}  // namespace lakeseed
