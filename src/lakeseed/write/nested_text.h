// Structs and lists as text: JSON objects and arrays, in JSON Lines and in the cells of
// CSV files.
//
// Thread safety: one thread at a time.

#pragma once

#include <memory>

#include "lakeseed/write/row_text.h"

namespace lakeseed {

/// Whether a type holds values of other types.
bool IsNestedType(const arrow::DataType& type);

/// Formats a column of structs or lists. REQUIRES: `dialect` spells JSON.
/// \retval NotImplemented  what is inside has no text form.
arrow::Result<std::unique_ptr<ColumnFormatter>> MakeNestedFormatter(
    const std::shared_ptr<arrow::DataType>& type, const TextDialect& dialect);

}  // namespace lakeseed
