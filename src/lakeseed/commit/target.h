// The target of a run: what is there already, and what that means for a request.
//
// `--if-exists` speaks about the files and tables that a request would write,
// never about the directory they are in.
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/base/sort_order.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

/// Table version: Delta version, Iceberg sequence number, DuckLake snapshot id,
/// number of the manifest. kNoVersion means that nothing exists yet.
using TableVersion = int64_t;
inline constexpr TableVersion kNoVersion = -1;

enum class IfExists {
  kError,      ///< Refuse when a file or table of the request exists.
  kAppend,     ///< Add rows of the same identity; those already there stay once.
  kOverwrite,  ///< Replace the tables of the request at commit.
  kResume,     ///< Keep what an earlier run of the same identity completed.
};

/// Parse error / append / overwrite / resume.
/// \retval Invalid (exit code 2)  with the nearest name as a hint.
arrow::Result<IfExists> ParseIfExists(std::string_view text);
std::string_view ToString(IfExists if_exists);

/// What the log of a table says about the values of its files.
enum class TableStatistics {
  kAll,   ///< Numbers of rows and nulls, and bounds.
  kRows,  ///< Numbers of rows alone: readers skip no files.
  kNone,
};

/// Parse all / rows / none.
/// \retval Invalid (exit code 2)  with the nearest name as a hint.
arrow::Result<TableStatistics> ParseTableStatistics(std::string_view text);

/// One file that a request would write.
struct PlannedFile {
  std::string path;  ///< Relative to the root.
  std::string table;
  std::optional<RowRange> rows;  ///< nullopt: known only once it is written.
  /// Of a run by day, since 1970-01-01: such files meet those of their own table
  /// and day only, and kOverwrite replaces no other.
  std::optional<int32_t> day;
};

struct TargetRequest {
  /// Stable over retries of the same request; see RunId.
  std::string run_id;
  /// JSON object: seed, law version, dataset, spec hash, variant, target rows, …
  std::string identity = "{}";
  IfExists if_exists = IfExists::kError;
  std::vector<PlannedFile> files;
  TableStatistics statistics = TableStatistics::kAll;
  /// Version of their format that the tables are to have; 0: their own, or the usual one.
  int table_version = 0;
  /// The files hold the rows of those that they replace: of the manifest's, and of no
  /// other program. With kOverwrite alone.
  bool rearranges = false;
  /// Of the tables that have some, by table. A planned file of such a table becomes a
  /// file for each partition, at InPartition of its path.
  std::map<std::string, std::vector<PartitionField>> partitions;
  /// How the rows of their files lie, by table; of the sorted ones.
  std::map<std::string, SortOrder> sorts;
  /// Keep files that this run id has staged before. False begins anew; true is
  /// for `work` and `commit`, and implied by kResume.
  bool keep_staged = false;
};

/// What a target holds, seen from a request.
struct TargetState {
  TableVersion base = kNoVersion;
  std::vector<PlannedFile> pending;    ///< To be written, in the request's order.
  std::vector<DataFile> finished;      ///< Of the request, staged or published before.
  std::vector<std::string> existing;   ///< Tables and files that kOverwrite replaces.
  std::vector<std::string> abandoned;  ///< Run ids of other runs with staged files.
  /// An id of each table that is there, which another one of its name has not.
  std::map<std::string, std::string> table_ids;
};

/// A run id: a digest of the identity and of all else that decides the bytes
/// (format, options, file sizes, tables, dates), both as JSON text.
std::string RunId(std::string_view identity, std::string_view layout);

}  // namespace lakeseed
