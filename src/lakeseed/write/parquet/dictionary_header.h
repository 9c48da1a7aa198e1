// DictionaryHeader: what stands before a dictionary page in the file. libparquet's page
// writer compresses dictionaries itself, by one codec; ours arrive compressed.
//
// Thread safety: a pure function.

#pragma once

#include <parquet/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace lakeseed {

struct DictionaryHeader {
  int64_t uncompressed_size = 0, size = 0;
  std::optional<uint32_t> checksum;  ///< Of the page as it is in the file.
  int64_t num_values = 0;
  parquet::Encoding::type encoding = parquet::Encoding::PLAIN;
  bool is_sorted = false;

  /// The format's PageHeader in Thrift's compact protocol.
  std::string ToBytes() const;
};

}  // namespace lakeseed
