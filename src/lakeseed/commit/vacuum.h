// Vacuum: removes data files that no version of a table needs any more.
//
// Laws: a file of the latest version, or of one that was the latest within the
// retention, stays; so does a file as young as that which no log names yet: its
// writer may be about to commit it.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lakeseed {

struct VacuumRequest {
  std::vector<std::string> tables;  ///< "dataset.table" or "table"; empty: all.
  std::chrono::milliseconds retention = std::chrono::hours(168);
  /// UTC, of the clock: files have times of the clock too.
  std::chrono::sys_time<std::chrono::milliseconds> now;
  bool dry_run = false;
};

/// What was, or would be, removed from one table.
struct VacuumedTable {
  std::string name;  ///< "dataset.table"
  int64_t kept_files = 0;
  int64_t bytes = 0;
  std::vector<std::string> removed;  ///< Paths below the root, sorted.
};

}  // namespace lakeseed
