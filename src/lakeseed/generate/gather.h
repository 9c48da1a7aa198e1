// Gather: values of an array at places, and nulls put over an array.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>

namespace lakeseed {

/// Return values[places[i]] for each i; a null place gives a null.
/// REQUIRES: places are valid positions of `values`.
arrow::Result<std::shared_ptr<arrow::Array>> Gather(
    const std::shared_ptr<arrow::Array>& values, const arrow::Array& places,
    arrow::MemoryPool* pool);

/// Return `values` with nulls where the validity bit of `keep` (a bitmap of
/// values->length() bits) is 0; nulls that are there stay.
arrow::Result<std::shared_ptr<arrow::Array>> KeepWhere(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::Buffer>& keep, arrow::MemoryPool* pool);

}  // namespace lakeseed
