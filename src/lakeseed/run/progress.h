// Progress: how far a run is. The library prints nothing; it calls back.
//
// Thread safety: the callback is called by one thread at a time, from the run's
// own threads, and should return at once.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace lakeseed {

struct TableProgress {
  std::string table;
  int64_t rows_done = 0;   ///< Written, or found finished.
  int64_t rows_total = 0;  ///< Of the tasks that this process runs.
  int64_t bytes = 0;       ///< Of closed files.
};

using ProgressCallback = std::function<void(std::span<const TableProgress>)>;

}  // namespace lakeseed
