// URIs of catalogs, as --catalog has them.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/commit/table_format.h"

namespace lakeseed {

/// The URI for StorageOptions::catalog, with the path of a file made absolute.
/// \retval Invalid (exit code 2)  the tables have no catalog, or none of this kind.
arrow::Result<std::string> ParseCatalogUri(const TableFormatDef& format,
                                           const std::string& uri);

}  // namespace lakeseed
