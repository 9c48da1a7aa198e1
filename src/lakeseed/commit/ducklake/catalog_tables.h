// The tables of a DuckLake 1.0 catalog.
//
// Source: the DuckLake 1.0 specification, https://ducklake.select/docs; the names and
// types are those that DuckDB 1.5.5 makes.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <vector>

#include "lakeseed/sql/connection.h"

namespace lakeseed::ducklake {

inline constexpr char kVersion[] = "1.0";

/// CREATE TABLE statements in the dialect of `connection`.
std::vector<std::string> CatalogTables(const SqlConnection& connection);

}  // namespace lakeseed::ducklake
