// Schema of a Delta table: from the footer of a data file, and from run to run.
//
// Laws: a file's columns keep names, types and nullability; a table only ever gains
// columns, at its end and nullable. One that later files have not becomes nullable.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "lakeseed/base/partition.h"

namespace lakeseed::delta {

/// Fields of a struct as Delta's `schemaString` has them.
/// \retval Invalid (exit code 2)  a type that Delta does not have: times of day,
///                                unsigned integers, nanoseconds; names the column.
arrow::Result<nlohmann::ordered_json> FieldsOf(const arrow::Schema& schema);

/// Make a column of a partition field: its values come from the log, where an empty
/// text is null.
void AddPartitionColumn(const PartitionField& field, nlohmann::ordered_json* fields);

/// Fields of a table that is to take files with `here` as well.
/// \retval Invalid (exit code 2)  a column changes its type, or loses a promise.
arrow::Result<nlohmann::ordered_json> MergeFields(const nlohmann::ordered_json& there,
                                                  const nlohmann::ordered_json& here);

/// Timestamps without a zone need a feature that plain tables have not.
bool HasLocalTimestamps(const nlohmann::ordered_json& fields);

}  // namespace lakeseed::delta
