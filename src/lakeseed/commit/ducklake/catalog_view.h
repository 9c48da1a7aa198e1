// What a DuckLake catalog has of a run and its tables now.
//
// Thread safety: as SqlConnection says; the calls only read.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <set>
#include <string>

#include "lakeseed/sql/connection.h"

namespace lakeseed::ducklake {

/// Whether it has been made at all.
arrow::Result<bool> IsMade(SqlConnection* connection);

/// Commits of a run. REQUIRES: the catalog is made.
arrow::Result<int64_t> CountCommits(SqlConnection* connection, const std::string& run_id);

/// Id of a table of now; nullopt when there is none. REQUIRES: the catalog is made.
arrow::Result<std::optional<int64_t>> FindTable(SqlConnection* connection,
                                                const std::string& schema,
                                                const std::string& table);

/// Paths of a table's data files of now, below its folder.
arrow::Result<std::set<std::string>> LiveFiles(SqlConnection* connection, int64_t table);

}  // namespace lakeseed::ducklake
