// VersionCaches: those of a dataset, one for each set of attributes that are looked up
// together.
//
// Thread safety: any number of threads.

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "lakeseed/generate/day_values.h"
#include "lakeseed/generate/version_cache.h"

namespace lakeseed {

class VersionCaches {
 public:
  /// All of them together take no more than the budget.
  VersionCaches(const BoundDataset& dataset, int64_t budget_bytes)
      : dataset_(dataset), budget_bytes_(budget_bytes) {}

  /// So many rows of a table will be made: what they look up is kept from the first on
  /// where that is worth it.
  void Expect(int table, int64_t rows);

  /// What is kept of some nodes of a table: their versions, or, where these find no room,
  /// those of a day; or nothing.
  struct Kept {
    std::unique_ptr<VersionCache> versions;
    std::unique_ptr<DayValues> days;
  };
  /// For rows of a table that refers to it.
  const Kept& Of(int table, const std::vector<int>& nodes, int referring_table);

 private:
  const BoundDataset& dataset_;
  std::atomic<int64_t> budget_bytes_;  ///< What is left.
  std::mutex mutex_;
  std::map<std::pair<int, std::vector<int>>, Kept> caches_;
  std::map<int, int64_t> expected_;  ///< Rows, by table.
};

}  // namespace lakeseed
