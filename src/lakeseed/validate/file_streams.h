// One way to open a data file for each file format, in a table.
//
// Thread safety: pure functions.

#pragma once

#include <span>
#include <string_view>

#include "lakeseed/validate/table_reader.h"

namespace lakeseed {

struct FormatReader {
  std::string_view format;  ///< As the manifest names it.
  /// Fill schema and num_rows of a probe.
  arrow::Status (*probe)(const FilePlace& root, const FileFacts& file, FileProbe* probe);
  arrow::Result<BatchStream> (*open)(const FilePlace& root, const FileFacts& file,
                                     const std::vector<std::string>& columns);
  /// What the file itself says about its columns; null: nothing.
  arrow::Result<std::vector<FooterStatistics>> (*footer)(const FilePlace& root,
                                                         const FileFacts& file) = nullptr;
};

/// Sorted by name.
std::span<const FormatReader> FormatReaders();
const FormatReader* FindFormatReader(std::string_view format);

}  // namespace lakeseed
