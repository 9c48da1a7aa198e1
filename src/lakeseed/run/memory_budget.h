// MemoryBudget: chunk size, chunks in flight and open tasks that fit a limit.
//
// It changes speed and memory, never bytes.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>

namespace lakeseed {

struct MemoryBudget {
  int64_t chunk_rows = 0;   ///< Rows of a family in one chunk, all members together.
  int max_chunks = 0;       ///< Chunks that are made or being written.
  int max_tasks = 0;        ///< Tasks with open files.
  int64_t cache_bytes = 0;  ///< What is kept of parents for their children.
};

struct MemoryDemand {
  int threads = 1;
  int64_t tasks = 1;
  int64_t chunk_rows = 0;     ///< Asked for; 0: chosen here.
  double bytes_per_row = 0;   ///< In memory, of the widest family.
  double bytes_per_task = 0;  ///< What the open writers of one task hold.
  int64_t cache_bytes = 0;    ///< That caches could use.
  int64_t limit_bytes = 0;    ///< 0: none.
};

/// \retval Invalid (exit code 2)  the limit is too small; says what would do.
arrow::Result<MemoryBudget> FitMemory(const MemoryDemand& demand);

}  // namespace lakeseed
