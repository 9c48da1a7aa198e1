// URIs of catalogs, as --catalog has them.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/commit/table_format.h"

namespace lakeseed {

/// Whether tables of a format can have a catalog of this kind.
bool TakesCatalog(const TableFormatDef& format, std::string_view uri);

/// The URI for StorageOptions::catalog, with the path of a file made absolute.
/// \retval Invalid (exit code 2)  the tables have no catalog, or none of this kind.
arrow::Result<std::string> ParseCatalogUri(const TableFormatDef& format,
                                           const std::string& uri);

/// URI of SqlConnection for an output's tables: that of --catalog, else of a file of
/// this name below the root.
/// \retval Invalid (exit code 2)  an object store can have no such file.
arrow::Result<std::string> SqlCatalogUri(const Storage& storage, std::string_view file);

/// Which catalog an output's tables are in, without who asks for it; "" for a file
/// below the root. What a journal has of one must be published there.
std::string CatalogName(const Storage& storage);
/// \retval Invalid (exit code 1)  the commit is of another catalog; it waits.
arrow::Status CheckCatalogName(const Storage& storage, const std::string& name);

}  // namespace lakeseed
