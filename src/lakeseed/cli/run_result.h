// What a run did, as a table for people and JSON for programs.
//
// Thread safety: pure functions.

#pragma once

#include <string>

#include "lakeseed/plan/plan.h"
#include "lakeseed/run/run_report.h"
#include "lakeseed/series/series.h"

namespace lakeseed {

/// A table of tables (rows, columns, files, bytes, rows/s) and the total.
std::string ReportTable(const Plan& plan, const RunReport& report);

/// The same for a run by day, with the days made and skipped.
std::string SeriesTable(const Plan& plan, const SeriesReport& report);

/// RunReport as JSON with the dataset, seed and output.
nlohmann::ordered_json ReportJson(const Plan& plan, const RunReport& report);

}  // namespace lakeseed
