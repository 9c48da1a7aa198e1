// UsedDictionary: a dictionary array without the values nobody refers to.
//
// A column's dictionary is shared by all of its batches and may hold every city
// of a country; a file of fifty rows should not carry them.
//
// Thread safety: pure function.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

namespace lakeseed {

/// Return `codes` over a dictionary of the values it uses, in their old order.
arrow::Result<std::shared_ptr<arrow::Array>> UsedDictionary(
    const std::shared_ptr<arrow::Array>& codes);

}  // namespace lakeseed
