// ColumnEncoder: the rows of one column to finished Parquet pages, those of one leaf
// or, where it holds structs or lists, of several.
//
// Laws: pages and statistics do not depend on how rows were cut into arrays; a page
// holds the rows between two EndPage(), or fewer where they are long; statistics
// of page, chunk and file are exact.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <arrow/util/compression.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>
#include <parquet/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/write/data_file.h"
#include "lakeseed/write/parquet/encoding_choice.h"

namespace lakeseed {

/// One data page, compressed if its chunk is.
struct EncodedPage {
  int64_t offset = 0;  ///< In EncodedChunk::data.
  int64_t size = 0;
  int64_t uncompressed_size = 0;
  int64_t num_rows = 0;
  int64_t num_values = 0;  ///< With nulls; in lists not the number of rows.
  parquet::Encoding::type encoding = parquet::Encoding::PLAIN;
  parquet::EncodedStatistics statistics;
};

/// The pages of one leaf and row group. A view of the encoder's memory.
struct EncodedChunk {
  const uint8_t* data = nullptr;
  std::vector<EncodedPage> pages;
  /// Dictionary page, compressed if the chunk is; null when there is none.
  std::shared_ptr<arrow::Buffer> dictionary;
  int64_t dictionary_uncompressed_size = 0;
  int64_t dictionary_values = 0;
  bool dictionary_is_sorted = false;
  parquet::EncodedStatistics statistics;
  std::vector<uint64_t> bloom_hashes;  ///< Empty: no Bloom filter.
};

class ColumnEncoder {
 public:
  struct Options {
    EncodingChoice choice;
    ParquetProfile profile = ParquetProfile::kFast;
    bool is_signed = true;  ///< Whether Parquet orders the column's bytes as signed.
    /// Null: pages stay as they are. Outlives the encoder.
    arrow::util::Codec* codec = nullptr;
    /// The codec was asked for by name, so it is not left away where it pays little.
    bool codec_is_wanted = false;
    /// Pages of kBlockRows that a chunk may have: for asking memory once.
    int64_t pages_per_chunk = 1;
    /// For libparquet's column writers.
    std::shared_ptr<parquet::WriterProperties> properties;
    /// Of the data pages of a dictionary.
    parquet::Encoding::type codes = parquet::Encoding::RLE_DICTIONARY;
  };
  static arrow::Result<std::unique_ptr<ColumnEncoder>> Make(const ColumnLayout& column,
                                                            const Options& options);
  virtual ~ColumnEncoder() = default;

  /// Add rows to the open page. REQUIRES: at most kBlockRows between two EndPage().
  virtual arrow::Status Add(const arrow::Array& rows) = 0;
  /// The same of rows [begin, begin + count) that are made here; they become an array
  /// where an encoder takes nothing else.
  virtual arrow::Status AddBlocks(const ColumnBlocks& blocks, int64_t begin,
                                  int64_t count);
  virtual arrow::Status EndPage() = 0;

  /// Append the pages since the last call, a chunk for each leaf; valid until the next
  /// Add().
  virtual arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) = 0;

  /// Whether the pages use the codec; settled by the first chunk.
  virtual bool is_compressed() const = 0;

  /// Of all rows so far.
  virtual arrow::Result<ColumnStatistics> Statistics(std::string name) const = 0;
};

}  // namespace lakeseed
