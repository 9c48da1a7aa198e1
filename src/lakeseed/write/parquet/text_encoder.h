// Encoders of texts that arrive as texts: PLAIN with the file's codec, or codes of a
// dictionary where texts repeat, as addresses of customers do in their orders.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

/// PLAIN pages of at most 1 MiB and one text more.
std::unique_ptr<ColumnEncoder> MakePlainTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// Codes; the dictionary holds each text of a chunk once, in order of first use.
std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// One of the two, by a look at the texts of the first page of the file.
std::unique_ptr<ColumnEncoder> MakeTextEncoder(const ColumnLayout& column,
                                               const ColumnEncoder::Options& options);

}  // namespace lakeseed
