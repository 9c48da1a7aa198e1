// days: of a run by day no day is missing, doubled or misplaced; each has the rows
// that the plan says; row numbers go on from day to day.
//
// It reads facts only; that facts are those of the files, `statistics` tells.
//
// Thread safety: one thread.

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "lakeseed/base/row_range.h"
#include "lakeseed/validate/dataset_files.h"
#include "lakeseed/validate/report.h"

namespace lakeseed {

/// Rows of the files of each day, by table: of events rows of the table, of copies
/// from 0.
using ExpectedDays = std::map<std::string, std::map<int32_t, RowRange>>;

/// Check the days of a table and add them to the report. Files that are there twice
/// are left out from then on, and days that are not sound are marked as broken, so
/// that each fault is told once. REQUIRES: a parent is checked before its children.
void CheckDays(DatasetFiles* files, const TableSpec& table, const ExpectedDays& expected,
               int64_t max_examples, ValidationReport* report);

}  // namespace lakeseed
