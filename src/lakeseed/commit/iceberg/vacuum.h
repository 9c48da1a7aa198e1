// Vacuum of Iceberg tables: what vacuum.h says, by their snapshots. Those that were the
// latest longer ago than the retention expire first, but for those that branches and
// tags name.
//
// A snapshot counts as the latest until the next one's manifest list was written, by the
// store's clock; times in the metadata are those of the runs.
//
// Thread safety: no writer of ours works on the output meanwhile (it holds the lock);
// other programs may append.

#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "lakeseed/commit/vacuum.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::iceberg {

/// Of the tables that the catalog of the output has there.
/// \retval AlreadyExists  another writer was first, or a commit is under way.
arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request);

/// Whether a folder has metadata, which a catalog may name.
arrow::Result<bool> HasMetadata(const Storage& storage, const std::string& folder);

}  // namespace lakeseed::iceberg
