#include "lakeseed/run/memory_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lakeseed/base/status.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

/// With half as many, what each chunk costs by itself is felt where others use the
/// machine too; twice as many are no faster where nobody does. The chunks of many threads
/// are smaller, as all of them are there at once.
constexpr int64_t kChunkRows = 65'536, kFewChunkRows = 32'768;
constexpr int kFewThreads = 2;
constexpr int64_t kLeastChunkRows = 1'024;
/// Inputs, sub-expressions and copies beside the arrays that are written.
constexpr double kWorkFactor = 4;
/// Dictionaries, day tables and what else does not grow.
constexpr double kBaseBytes = 16e6;

int64_t ChunkRows(int threads) {
  return std::max(kChunkRows * kFewThreads / std::max(threads, kFewThreads),
                  kFewChunkRows);
}

double Need(const MemoryDemand& demand, const MemoryBudget& budget) {
  const double chunk =
      kWorkFactor * demand.bytes_per_row * static_cast<double>(budget.chunk_rows);
  return kBaseBytes + static_cast<double>(budget.cache_bytes) +
         chunk * budget.max_chunks + demand.bytes_per_task * budget.max_tasks;
}

}  // namespace

arrow::Result<MemoryBudget> FitMemory(const MemoryDemand& demand) {
  const int threads = std::max(1, demand.threads);
  MemoryBudget budget;
  budget.chunk_rows = demand.chunk_rows > 0 ? demand.chunk_rows : ChunkRows(threads);
  budget.max_chunks = threads == 1 ? 1 : threads + 2;
  budget.max_tasks =
      static_cast<int>(std::clamp<int64_t>(demand.tasks, 1, std::max(1, threads)));
  budget.cache_bytes = demand.cache_bytes;
  if (demand.limit_bytes <= 0) return budget;
  const auto limit = static_cast<double>(demand.limit_bytes);
  const auto too_much = [&] { return Need(demand, budget) > limit; };
  const bool may_shrink = demand.chunk_rows == 0;
  // Cheapest first: smaller chunks cost little until they get small, then smaller
  // caches, which may have to be left out, then fewer tasks at once, then fewer chunks,
  // which is where threads begin to wait.
  while (too_much() && may_shrink && budget.chunk_rows > 4 * kLeastChunkRows) {
    budget.chunk_rows /= 2;
  }
  if (too_much()) {
    const auto beyond = static_cast<int64_t>(std::ceil(Need(demand, budget) - limit));
    budget.cache_bytes = std::max<int64_t>(0, budget.cache_bytes - beyond);
  }
  while (too_much() && budget.max_tasks > 1) --budget.max_tasks;
  while (too_much() && budget.max_chunks > 1) --budget.max_chunks;
  while (too_much() && may_shrink && budget.chunk_rows > kLeastChunkRows) {
    budget.chunk_rows /= 2;
  }
  if (too_much()) {
    return RequestError(
        fmt::format("memory limit is too small: {}", FormatBytes(demand.limit_bytes)),
        fmt::format("this run needs about {}; raise --memory-limit, or lower --file-size",
                    FormatBytes(static_cast<int64_t>(Need(demand, budget)))));
  }
  return budget;
}

}  // namespace lakeseed
