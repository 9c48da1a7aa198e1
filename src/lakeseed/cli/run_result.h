// What a run did, as a table for people and JSON for programs.
//
// Thread safety: pure functions.

#pragma once

#include <span>
#include <string>

#include "lakeseed/plan/plan.h"
#include "lakeseed/run/run_report.h"
#include "lakeseed/series/series.h"

namespace lakeseed {

/// What a plan writes, as --also names it: "parquet", "delta".
std::string FormWord(const Plan& plan);

/// A table of tables (rows, columns, files, bytes, rows/s) and the total, of the first
/// plan; then what went to the others.
std::string ReportTable(std::span<const Plan> plans, const RunReport& report);

/// The same for a run by day, with the days made and skipped.
std::string SeriesTable(std::span<const Plan> plans, const SeriesReport& report);

/// RunReport as JSON with the dataset, seed, output, and formats of files and of tables.
nlohmann::ordered_json ReportJson(std::span<const Plan> plans, const RunReport& report);

}  // namespace lakeseed
