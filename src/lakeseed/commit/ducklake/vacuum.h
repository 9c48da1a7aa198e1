// Vacuum of a DuckLake: snapshots expire, and the files go that only they had.
//
// The snapshots are of the whole lake: they expire when all tables are asked for.
//
// Laws: as vacuum.h says. A reader of a snapshot that stays finds all its files, also
// when a vacuum is killed; what that has left is scheduled for deletion.
//
// Thread safety: others may commit meanwhile.

#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "lakeseed/commit/vacuum.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::ducklake {

/// \retval Invalid (exit code 2)  the catalog has another version than 1.0, or cannot
///                                be written to.
/// \retval AlreadyExists          a commit is under way.
arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request);

/// Whether the catalog has the table of a folder.
arrow::Result<bool> IsInCatalog(const Storage& storage, const std::string& folder);

}  // namespace lakeseed::ducklake
