// Optimize of a DuckLake's tables, as optimize.h says.
//
// Thread safety: as a run; other runs may publish meanwhile.

#pragma once

#include <arrow/result.h>

#include <vector>

#include "lakeseed/commit/optimize.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::ducklake {

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(Storage* storage,
                                                          const OptimizeRequest& request);

}  // namespace lakeseed::ducklake
