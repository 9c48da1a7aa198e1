// Optimize of Delta tables: what optimize.h says, as one commit per table.
//
// Files are merged that hold consecutive rows of one day and one partition, and that
// the manifest knows; those of other programs stay. So days can be made again, and
// the manifest still says what is there.
//
// Thread safety: as a run; other runs may publish meanwhile.

#pragma once

#include <arrow/result.h>

#include <vector>

#include "lakeseed/commit/optimize.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

/// \retval Invalid (exit code 2)  a table is not there, or cannot be written to.
/// \retval exit code 3            another run has published first.
arrow::Result<std::vector<OptimizedTable>> OptimizeTables(Storage* storage,
                                                          const OptimizeRequest& request);

}  // namespace lakeseed::delta
