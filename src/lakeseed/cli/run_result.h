// What a run did, as a table for people and JSON for programs.
//
// Thread safety: pure functions.

#pragma once

#include <string>

#include "lakeseed/plan/plan.h"
#include "lakeseed/run/run_report.h"

namespace lakeseed {

/// A table of tables (rows, columns, files, bytes, rows/s) and the total.
std::string ReportTable(const Plan& plan, const RunReport& report);

/// RunReport as JSON with the dataset, seed and output.
nlohmann::ordered_json ReportJson(const Plan& plan, const RunReport& report);

}  // namespace lakeseed
