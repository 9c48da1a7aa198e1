// Which columns the files of a table have: all of them, but for those that come or go.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
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

/// \param request  the option that names the column, with its value.
/// \retval Invalid (exit code 2)  none of the tables has it; says the nearest.
arrow::Status CheckSomeTableHas(std::span<const BoundTable* const> tables,
                                std::string_view column, std::string_view request);

}  // namespace lakeseed
