// Plan: all that will be done for one request: which rows go to which file, in
// which task. Printable, and the same text on every machine.
//
// Laws: FromJson(ToJson(p)) == p. Cuts depend on identity, days and file size,
// never on the chosen tables, threads or chunk size.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/base/sort_order.h"
#include "lakeseed/generate/identity.h"
#include "lakeseed/plan/layout.h"
#include "lakeseed/spec/column_span.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {

inline constexpr int kPlanFormatVersion = 1;

/// What to load so that another process binds the same dataset.
struct DatasetSource {
  std::string dataset_id;  ///< Built-in id, or empty when a custom one is set.
  std::string custom;      ///< File or inline JSON of `--custom-schema`.
  /// Text of the file `custom`, so that a plan can travel without it; may be empty.
  std::string custom_text;
  std::string variant;  ///< Of `custom`.
  SpecOverrides overrides;
};

/// How files are encoded; the words of the command line.
struct FileSettings {
  std::string format = "parquet";
  std::string extension = "parquet";
  std::string compression;  ///< Empty: the format's default.
  bool compress_all = false;
  std::string parquet_profile = "fast";
  int64_t row_group_rows = 0;  ///< 0: from the widths.
  bool page_checksums = false;
  std::vector<std::string> bloom_filters;  ///< Names of columns, of any table.
  bool naive_timestamps = false;

  bool operator==(const FileSettings&) const = default;
};

/// What a request wants of the tables that files are published to.
struct TableSettings {
  std::string statistics = "all";  ///< In their logs: all, rows or none.
  int version = 0;                 ///< Of their format; 0: their own, or the usual one.
  bool auto_compact = false;       ///< Small files are merged after each commit.
  bool operator==(const TableSettings&) const = default;
};

struct PlannedColumn {
  std::string name;
  std::string type;  ///< As Arrow prints it.
  ColumnSpan span;   ///< Of a run by day: files of other days do not have it.
  bool operator==(const PlannedColumn&) const = default;
};

struct TablePlan {
  std::string name;
  std::string root;  ///< Topmost ancestor: tables of one root are made in one pass.
  std::vector<PlannedColumn> columns;
  std::vector<PartitionField> partitions;  ///< Files are apart by them.
  SortOrder sort;                          ///< Of the rows of each file.
  RowRange rows;             ///< Of a table in snapshots: from 0, as long as all of them.
  double bytes_per_row = 0;  ///< Declared widths; an estimate.
  int64_t files = 0;

  int64_t estimated_bytes() const {
    return static_cast<int64_t>(bytes_per_row * static_cast<double>(rows.length()));
  }
  bool operator==(const TablePlan&) const = default;
};

struct FilePlan {
  std::string table;
  std::string path;  ///< Under the output root.
  RowRange rows;     ///< Of the table; of a snapshot: places in it; of arrivals likewise.
  bool operator==(const FilePlan&) const = default;
};

/// One unit of work: the files of a family that cover the same root rows.
struct Task {
  int64_t id = 0;  ///< Place in Plan::tasks.
  std::string root;
  RowRange rows;  ///< Of the root, also when the root itself is not written.
  /// Of a run by day: the day of its files, since 1970-01-01.
  std::optional<int32_t> day;
  /// The files hold the table as it is on `day`: of the rows of a population those
  /// of members that live on it, all of them seen as of that day.
  bool is_snapshot = false;
  /// The files hold late events that arrive on `day`, whenever they happened; `rows`
  /// and those of the files are places in order of arrival.
  bool is_arrival = false;
  std::vector<FilePlan> files;
  bool operator==(const Task&) const = default;
};

struct Plan {
  DatasetSource source;
  /// JSON object: the dataset's identity with the request's `as_of`.
  std::string identity;
  std::string dataset_id;
  int64_t seed = 42;
  DateRange days;       ///< Days since 1970-01-01, both belong to it.
  bool by_day = false;  ///< Files for each day, instead of for all of them.
  AsOf as_of;           ///< Day from the epoch.
  std::string output;   ///< Root: a directory or URI.
  std::string table_format = "files";
  TableSettings table_settings;
  FileSettings files;
  PathLayout layout;
  std::vector<std::string> partition_by;  ///< Terms of `--partition-by`.
  SortOrder sort;                         ///< Of tables that have its columns.
  std::string cut_format;  ///< Its widths decide the cuts; empty: those of `files`.
  int64_t file_bytes = 0;  ///< Wished bytes per file, or 0 if rows were given.
  int64_t file_rows = 0;   ///< Wished rows per file, or 0.
  std::vector<TablePlan> tables;  ///< In the dataset's order.
  std::vector<Task> tasks;

  const TablePlan* FindTable(std::string_view name) const;
};

/// All of the plan.
nlohmann::ordered_json ToJson(const Plan& plan);
/// \retval Invalid (exit code 2)  not a plan, or of a later format version.
arrow::Result<Plan> PlanFromJson(const nlohmann::ordered_json& json);
arrow::Result<Plan> PlanFromText(std::string_view text);

/// Of all that decides the bytes of a plan's files but their tables and parts (and
/// days, in a plan by day), as text for their names.
std::string FileDigest(const Plan& plan);

/// What decides the bytes beside the identity, as text; for the run id. The
/// output root is not in it, so a plan that was moved keeps its run.
std::string LayoutText(const Plan& plan);

}  // namespace lakeseed
