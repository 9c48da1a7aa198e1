// What a DuckLake catalog has of a table now, seen from a run.
//
// Thread safety: pure functions; they only read.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <set>
#include <string>

#include "lakeseed/commit/ducklake/run_commit.h"

namespace lakeseed::ducklake {

struct LiveTable {
  std::set<std::string> paths;  ///< Of its data files, below its folder.
  bool has_our_run = false;     ///< A snapshot of the catalog is of this run.
};

/// The table as it is now; nullopt when there is none. REQUIRES: the catalog is there.
arrow::Result<std::optional<LiveTable>> LiveFiles(const std::string& catalog,
                                                  const std::string& run_id,
                                                  const std::string& schema,
                                                  const std::string& table);

/// One more than the commits that this run has made.
arrow::Result<int64_t> NextTransaction(const RunCommit& commit);

}  // namespace lakeseed::ducklake
