// Actions of a Delta log as rows of a checkpoint: a column for each kind, of which each
// row has one.
//
// Law: an action that is appended and read is the same, but for members that checkpoints
// have no place for.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace lakeseed::delta {

std::shared_ptr<arrow::Schema> CheckpointSchema();

/// Append one JSON value to the column of a kind; null, and what is missing, becomes
/// null.
arrow::Status AppendAction(const nlohmann::ordered_json& value,
                           arrow::ArrayBuilder* builder);

/// What the log has as lines, of one row of the column of a kind: {"add": {…}}.
nlohmann::ordered_json ActionAt(const char* kind, const arrow::Array& column,
                                int64_t row);

}  // namespace lakeseed::delta
