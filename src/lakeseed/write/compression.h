// Compression: a codec and its level, as `--compression` spells them.

#pragma once

#include <arrow/result.h>
#include <arrow/util/type_fwd.h>

#include <optional>
#include <string>
#include <string_view>

namespace lakeseed {

struct Compression {
  arrow::Compression::type codec = arrow::Compression::UNCOMPRESSED;
  std::optional<int> level;  ///< nullopt: the codec's own default.

  bool operator==(const Compression&) const = default;
  /// As ParseCompression reads it, e.g. "zstd:3".
  std::string ToString() const;
};

/// Parse snappy / zstd[:level] / gzip[:level] / brotli[:level] / lz4 / none.
/// \retval Invalid (exit code 2)  with the nearest name as a hint.
arrow::Result<Compression> ParseCompression(std::string_view text);

}  // namespace lakeseed
