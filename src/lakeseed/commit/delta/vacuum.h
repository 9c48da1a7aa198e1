// Vacuum of Delta tables: what vacuum.h says, by their logs.
//
// A file that a commit took out of a table counts from that commit's file, by the
// store's clock; times in the log are those of the runs.
//
// Thread safety: no writer of ours works on the output meanwhile (it holds the lock);
// other programs may append.

#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "lakeseed/commit/vacuum.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

/// \retval AlreadyExists  without locks: a commit is under way.
arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request);

/// Whether a folder has a log.
arrow::Result<bool> HasLog(const Storage& storage, const std::string& folder);

}  // namespace lakeseed::delta
