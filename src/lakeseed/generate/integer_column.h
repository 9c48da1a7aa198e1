// IntegerColumn: values that are integers in memory, picked evenly or from a
// table, in any type whose values are integers: int64, date32, timestamp, decimal64.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/generator.h"

namespace lakeseed {

/// min + step * k for k in [0, count), all equally likely; count == 0 stands
/// for 2^64. REQUIRES: an integer-like type that holds all values.
std::unique_ptr<ColumnGenerator> MakeEvenColumn(const Key& key,
                                                std::shared_ptr<arrow::DataType> type,
                                                int64_t min, int64_t step,
                                                uint64_t count);

/// values[i] with the probability of i in `law`.
/// REQUIRES: values.size() == law.size(); an integer-like type.
std::unique_ptr<ColumnGenerator> MakeTableColumn(const Key& key,
                                                 std::shared_ptr<arrow::DataType> type,
                                                 std::vector<int64_t> values,
                                                 AliasTable law);

/// The type that integers are made in when `stated` is wished: int64 for
/// integers of any width (the caller casts), else as stated.
std::shared_ptr<arrow::DataType> IntegerTypeFor(
    const std::shared_ptr<arrow::DataType>& stated);

/// Narrow integers to the width of `type` (4 bytes for date32, else 8).
arrow::Result<std::shared_ptr<arrow::Array>> IntegerArray(
    const std::shared_ptr<arrow::DataType>& type, const int64_t* values, int64_t length,
    arrow::MemoryPool* pool);

}  // namespace lakeseed
