// Tables of a run and their files, as all table formats see them: where they lie, which
// go, and whether another writer has touched them.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_log.h"
#include "lakeseed/commit/target.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

inline constexpr char kTablesFolder[] = "Tables/";

/// "Tables/shop/orders"; "Tables/orders" without a dataset.
std::string TableFolder(std::string_view dataset, std::string_view table);

/// `path` below the folder of its table.
/// \retval Invalid (exit code 2)  it leads out of it.
arrow::Result<std::string> PathInTable(const std::string& folder,
                                       const std::string& path);

/// Absolute path of a local root, without a '/' at its end; the URI of another.
std::string AbsoluteRoot(std::string root);
std::string AbsoluteRoot(const Storage& storage);
bool IsLocal(const Storage& storage);

/// Remove a file of a table, and what folders below the table's that leaves empty.
arrow::Status RemoveFromTable(Storage* storage, const std::string& folder,
                              std::string path);

std::set<std::string> TablesOf(std::span<const DataFile> files);
std::set<std::string> TablesOf(std::span<const PlannedFile> files);

/// Files of a table that a step takes out of the manifest.
std::vector<std::string> ReplacedFiles(const TargetRequest& request,
                                       const std::string& table,
                                       const ManifestStep& step);

/// A file whose rows a merged one has.
struct MergedFile {
  std::string path;  ///< Below the root.
  int64_t num_rows = 0;
};
/// Of a step that rearranges, the files of before whose rows one of its own has, in the
/// order of the rows; none of a file that was there before.
std::vector<MergedFile> MergedOf(const TargetRequest& request, const DataFile& file,
                                 const ManifestStep& step);

/// A step of the journal, made by TableLogDef::plan, and maybe read from the disk.
template <typename Plan>
arrow::Result<Plan> PlanFromJson(const nlohmann::ordered_json& step) {
  try {
    return Plan::FromJson(step);
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit journal is damaged: ", error.what());
  }
}

/// The partitions that a request wants of a table; empty: none.
std::span<const PartitionField> PartitionsOf(const TargetRequest& request,
                                             const std::string& table);

/// "day(order_date)", "bucket(16,customer_id)", "city": a term of `--partition-by`, of a
/// transform with its width, "bucket[16]" or "bucket(16)".
std::string PartitionTerm(std::string_view transform, std::string_view column);

/// \retval Invalid (exit code 2)  the terms are not those of `table` ("the Delta table
///                                x"); the hint has those.
arrow::Status CheckSamePartitions(std::string_view table,
                                  const std::vector<std::string>& there,
                                  const std::vector<std::string>& here);

/// Columns that the files of a table are sorted by; empty: none, or along a curve, which
/// no table format has a name for.
std::vector<std::string> SortColumnsOf(const TargetRequest& request,
                                       const std::string& table);

/// What a request wants of one table.
struct WantedTable {
  std::set<int32_t> days;
  bool is_whole = false;
  bool replaces = false;

  bool replaces_all() const { return replaces && is_whole; }
};
WantedTable WantedOf(const TargetRequest& request, const std::string& table);

/// Whether a table is the one that was there before, by its id; empty: there is none.
/// \retval exit code 3  another writer has dropped, replaced or made it.
arrow::Status CheckSameTable(std::string_view name, const std::string& before,
                             const std::string& now);

/// The same of a table that a run has found, and that it does not replace.
arrow::Status CheckFoundTable(const TargetRequest& request, const ManifestStep& step,
                              const std::string& table, std::string_view name,
                              const std::string& now);

/// What a table format has of a table.
struct PresentTable {
  std::string_view kind;  ///< "a Delta table"
  std::string name;       ///< As messages say it.
  std::string folder;     ///< Of its files.
  bool exists = false;
  bool has_our_run = false;  ///< A commit of it that was given up half way.
  /// Whether the table has a file now; asked only where it matters.
  std::function<arrow::Result<bool>(const std::string& path)> has;
};

/// Files that a table must have for a request: of its days, as the manifest knows them.
std::vector<std::string> PromisedFiles(const TargetRequest& request,
                                       const Manifest& manifest,
                                       const std::string& table);

/// Files of the request lie below the table's folder, and the manifest promises none
/// that the table has no more.
/// \retval Invalid (exit code 2)  a path leads out of the table; another writer has
///                                made, or changed, it.
arrow::Status CheckOwnFiles(const TargetRequest& request, const Manifest& manifest,
                            const std::string& table, const PresentTable& present);

}  // namespace lakeseed
