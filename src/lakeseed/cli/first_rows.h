// FirstRows: some rows of a table, made by themselves.
//
// Thread safety: pure.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// All columns of the table's first rows in the window, at most `count`.
/// \retval Invalid  the as-of day is before the epoch (RequestError)
arrow::Result<std::shared_ptr<arrow::RecordBatch>> FirstRows(const BoundDataset& dataset,
                                                             const BoundTable& table,
                                                             int64_t count,
                                                             const AsOfRequest& when);

}  // namespace lakeseed
