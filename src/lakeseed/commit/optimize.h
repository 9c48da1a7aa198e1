// Optimize: small files of our tables become larger ones, with the same rows.
//
// Laws: rows, their order and their days and partitions stay as they are; readers of
// the version before are not disturbed.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/write/data_file.h"

namespace lakeseed {

struct OptimizeRequest {
  std::vector<std::string> tables;          ///< "dataset.table" or "table"; empty: all.
  int64_t file_bytes = int64_t{128} << 20;  ///< Files become at most so large.
  /// Only days and partitions that one of these files is in; empty: all.
  std::span<const DataFile> beside = {};
  bool dry_run = false;
};

/// What the names of merged files begin with.
inline constexpr std::string_view kMergedPrefix = "merged-";

/// Whether a file was merged from those of a run.
inline bool IsMerged(const DataFile& file) {
  const std::string_view path = file.path;
  return path.substr(path.rfind('/') + 1).starts_with(kMergedPrefix);
}

/// What was, or would be, done to one table.
struct OptimizedTable {
  std::string name;  ///< "dataset.table"
  int64_t files_before = 0, files_after = 0;
  int64_t bytes_merged = 0;  ///< Of the files that were merged.
};

}  // namespace lakeseed
