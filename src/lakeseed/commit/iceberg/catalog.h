// The SQL catalog that the Java library and pyiceberg share: which metadata file is the
// table's now. A commit moves that name, if nobody else has.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/sql/connection.h"

namespace lakeseed::iceberg {

inline constexpr char kCatalogName[] = "lakeseed";

/// Make the tables of a catalog, and a namespace in it, where they are missing.
arrow::Status PrepareCatalog(SqlConnection* connection, const std::string& name_space);

/// Location of a table's metadata; empty when there is no such table or catalog.
arrow::Result<std::string> MetadataLocation(SqlConnection* connection,
                                            const std::string& name_space,
                                            const std::string& table);

/// Name new metadata; `old` is what was current, empty for a new table.
/// \retval AlreadyExists  somebody else was first.
arrow::Status MoveTable(SqlConnection* connection, const std::string& name_space,
                        const std::string& table, const std::string& old,
                        const std::string& location);

}  // namespace lakeseed::iceberg
