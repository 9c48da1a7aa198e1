// Schema of an Iceberg table: from the footer of a data file, and from run to run.
//
// Laws: a column's id is that of the file; a table only ever gains columns, at its end
// and optional.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace lakeseed::iceberg {

/// The fields of a struct as Iceberg's schemas have them, and what is inside them; ids
/// from PARQUET:field_id.
/// \retval Invalid (exit code 2)  a type that format version 2 has not; names the column.
arrow::Result<nlohmann::ordered_json> FieldsOf(const arrow::Schema& schema);

/// Fields of a table that is to take files with `here` as well.
/// \retval Invalid (exit code 2)  a column changes its type or id, or loses a promise.
arrow::Result<nlohmann::ordered_json> MergeFields(const nlohmann::ordered_json& there,
                                                  const nlohmann::ordered_json& here);

/// A bound in Iceberg's binary form; nullopt when there is none to tell.
std::optional<std::string> BoundBytes(const arrow::Scalar& scalar, bool is_upper);

}  // namespace lakeseed::iceberg
