// Fold: one value for each parent from the values of its children.
//
// Nulls are skipped. The sum of no children is 0, the minimum and maximum of
// none are null; a sum that leaves its type is an error.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>

#include "lakeseed/generate/graph_node.h"

namespace lakeseed {

/// Type of the fold of values of `type`; nullptr when the fold has none (the
/// sum of a text). `type` is ignored for kCount.
std::shared_ptr<arrow::DataType> FoldType(FoldKind kind,
                                          const std::shared_ptr<arrow::DataType>& type);

/// Fold values[offsets[i], offsets[i + 1]) for each i. `values` is null for the
/// count of rows; the count of values counts those that are not null.
arrow::Result<std::shared_ptr<arrow::Array>> FoldChildren(
    FoldKind kind, const arrow::Array* values, std::span<const int32_t> offsets,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool);

}  // namespace lakeseed
