// ValidateFiles: checks files against what a spec declares, by joins over the
// files alone. Nothing here makes a value; cells are recomputed by another pass.
//
// Of a run by day the rules hold for each copy of a table, and over all days of
// events. Of very many copies kMostCopies are looked at, the first and the last
// among them; what copies have to say of each other is checked for all.
//
// Memory: the columns of parents that a table's checks read, one number for each
// row of a unique column, two copies of what does not change, and a block of rows.
//
// Thread safety: calls are independent and only read.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/validate/days_check.h"
#include "lakeseed/validate/file_place.h"
#include "lakeseed/validate/report.h"

namespace lakeseed {

/// Copies of one table whose rows are checked one by one.
inline constexpr size_t kMostCopies = 31;

struct ValidateRequest {
  const DatasetSpec* spec = nullptr;
  FilePlace root;                   ///< Holds the files and _lakeseed/manifest.json.
  nlohmann::json manifest;          ///< The manifest; null: read it below the root.
  std::vector<std::string> tables;  ///< Empty: all tables of the manifest.
  ExpectedDays expected_days;       ///< As planned; of tables by day that are known.
  int64_t max_examples = 10;        ///< Kept of each broken rule; all are counted.
  const std::atomic<bool>* cancel = nullptr;
  /// Told before each table, with its rows.
  std::function<void(const std::string& table, int64_t rows)> progress;
};

/// Check everything that files alone can show. What is wrong in files is in the
/// report, never an error.
/// \retval Invalid    an unknown table, or a damaged manifest
/// \retval Cancelled  `cancel` was set
arrow::Result<ValidationReport> ValidateFiles(const ValidateRequest& request);

/// Write a page of the report to a file.
arrow::Status WriteReportHtml(const ValidationReport& report, const std::string& title,
                              const std::string& path);

}  // namespace lakeseed
