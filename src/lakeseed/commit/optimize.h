// Optimize: small files of our tables become larger ones, with the same rows.
//
// Files are merged that hold consecutive rows of one day and one partition, and that the
// manifest knows; those of other programs stay. So days can be made again, and the
// manifest still says what is there. Each table is a commit.
//
// Laws: rows, their order and their days and partitions stay as they are; readers of
// the version before are not disturbed.
//
// Thread safety: as a run; other runs may publish meanwhile.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

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

/// What a table says of the rows of one file.
struct RowPlace {
  int64_t first_id = 0;  ///< Of its first row; the others follow it.
  std::string kind;      ///< Files of one kind have their columns in the same way.
  bool operator==(const RowPlace&) const = default;
};

/// What of it each table format does in its own way. Folders are those of tables.
struct OptimizedFormat {
  std::string_view name;  ///< Of its TableFormatDef.
  /// Whether there is such a table, that can be written to.
  arrow::Result<bool> (*has)(const Storage& storage, const std::string& folder);
  /// What the table says of its files' values, those of `files` among them.
  arrow::Result<TableStatistics> (*statistics)(const Storage& storage,
                                               const std::string& folder,
                                               std::span<const std::string> files);
  /// By path, the files whose rows may move, of tables whose rows keep their ids: files
  /// of one kind whose ids go on become one; the others stay. Null, or nullopt: rows
  /// have no ids.
  arrow::Result<std::optional<std::map<std::string, RowPlace>>> (*rows)(
      const Storage& storage, const std::string& folder) = nullptr;
};

/// \retval Invalid (exit code 2)  a table cannot be written to.
/// \retval exit code 3            another run has published first.
arrow::Result<std::vector<OptimizedTable>> OptimizeTables(Storage* storage,
                                                          const OptimizeRequest& request,
                                                          const OptimizedFormat& format);

}  // namespace lakeseed
