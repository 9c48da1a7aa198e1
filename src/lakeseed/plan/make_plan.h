// MakePlan: a bound dataset and a request, turned into a plan. No file system.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/file_cost.h"
#include "lakeseed/base/partition_dialect.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/plan/plan.h"

namespace lakeseed {

/// What is asked for. Selects; never changes a value.
struct PlanRequest {
  DatasetSource source;             ///< As the dataset was loaded.
  std::vector<std::string> tables;  ///< Empty: all.
  std::optional<DateRange> days;    ///< Days since 1970-01-01; default: the window.
  /// Files for each day: events of it, and the copies that are due on it.
  bool by_day = false;
  /// Tables copied once that are there already, with the day of the copy.
  std::map<std::string, int32_t> once_days;
  std::optional<int32_t> as_of;  ///< Day since 1970-01-01; default: the window's end.
  bool as_of_own_day = false;    ///< `--as-of day`; then as_of is not set.
  std::string output = "./data";
  std::string table_format = "files";
  PartitionDialect dialect;  ///< Of `table_format`.
  TableSettings table_settings;
  FileSettings files;
  FileCost cost;  ///< Of `files`.
  PathLayout layout;
  std::vector<std::string> partition_by;  ///< Terms, as PartitionsOf reads them.
  SortOrder sort;  ///< Of the files of tables that have all of its columns.
  int64_t file_bytes = int64_t{128} << 20;  ///< `--file-size`
  std::optional<int64_t> file_rows;  ///< `--file-rows-target`; instead of file_bytes.
  /// Cut as files of this format are, to share the work with them; empty: `files`.
  std::string cut_format;
  std::optional<ValueLayout> cut_values;  ///< Of `cut_format`.
};

/// \retval Invalid (exit code 2)  unknown table (with the nearest name), days
///                                before the epoch or end before start, file
///                                sizes <= 0, more files than a plan may have
arrow::Result<Plan> MakePlan(const BoundDataset& dataset, const PlanRequest& request);

/// Plan::identity of a request, without planning it.
std::string IdentityOfRequest(const BoundDataset& dataset, const PlanRequest& request);

/// Load `source`, and bind it so that requests up to `last_day` (since
/// 1970-01-01) can be made of it.
arrow::Result<std::shared_ptr<const BoundDataset>> BindSource(
    const DatasetSource& source, int64_t seed, std::optional<int32_t> last_day);

/// Bind the dataset of a plan that was read from a file.
/// \retval Invalid (exit code 2)  the dataset here is not the plan's.
arrow::Result<std::shared_ptr<const BoundDataset>> BindPlan(const Plan& plan);

}  // namespace lakeseed
