// Encoders of texts that arrive as texts: codes of a dictionary where texts repeat, as
// addresses of customers do in their orders; else PLAIN with the file's codec, or lengths
// and texts apart under Snappy where texts begin and end alike, as e-mail addresses do,
// or have phrases of others, as postal addresses.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <cstdint>
#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/text_snappy.h"

namespace lakeseed {

/// The texts of a page have so many bytes at most, and one text more.
inline constexpr int64_t kTextPageBytes = int64_t{1} << 20;
/// The sizes in page headers are 32-bit numbers.
inline constexpr int64_t kMaxTextBytes = int64_t{1} << 30;

/// Where a dictionary is smaller than this part of the texts, it is mostly smaller than
/// they would be compressed, and compressing it costs more than all else.
inline constexpr double kCodecPercent = 60;

/// PLAIN pages of at most 1 MiB and one text more.
std::unique_ptr<ColumnEncoder> MakePlainTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// DELTA_LENGTH_BYTE_ARRAY under Snappy, whose copies the search finds; pages as those of
/// PLAIN texts. REQUIRES: the codec is Snappy.
std::unique_ptr<ColumnEncoder> MakeLengthTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options, TextSearch search);

/// Codes; the dictionary holds each text of a chunk once, in order of first use.
std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// One of the three, by a look at the texts of the first page of the file.
std::unique_ptr<ColumnEncoder> MakeTextEncoder(const ColumnLayout& column,
                                               const ColumnEncoder::Options& options);

}  // namespace lakeseed
