// The integers that Parquet stores for decimals, dates and times, as libparquet's
// column writers take them: no value is converted or looked up again.
//
// Thread safety: pure function.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

namespace lakeseed {

/// The array as a column writer takes it without a conversion of its own.
arrow::Result<std::shared_ptr<arrow::Array>> AsStored(
    const std::shared_ptr<arrow::Array>& array);

}  // namespace lakeseed
