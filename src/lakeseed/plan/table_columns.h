// Which columns the files of a table have: all of them, but for those that come or go.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/plan/plan.h"

namespace lakeseed {

/// Columns that any file of the plan has. REQUIRES: days, by_day and as_of are set.
std::vector<PlannedColumn> PlannedColumns(const BoundDataset& dataset,
                                          const BoundTable& table, const Plan& plan);

/// Places in BoundTable::columns of those that a file has: one of a day (since
/// 1970-01-01), or of a whole run.
std::vector<int> ColumnsOfFile(const BoundDataset& dataset, const BoundTable& table,
                               std::optional<int32_t> day, AsOf as_of);

}  // namespace lakeseed
