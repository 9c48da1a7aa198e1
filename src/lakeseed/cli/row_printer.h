// RowPrinter: rows of a record batch as texts for a screen.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace lakeseed {

/// [column][row]; a null is `null`.
arrow::Result<std::vector<std::vector<std::string>>> CellTexts(
    const arrow::RecordBatch& batch, const std::string& null);

/// Each row as a JSON object: numbers and booleans as such, exact decimals and
/// times as text.
arrow::Result<nlohmann::ordered_json> RowsAsJson(const arrow::RecordBatch& batch);

/// Whether numbers of this type stand to the right.
bool IsNumeric(const arrow::DataType& type);

}  // namespace lakeseed
