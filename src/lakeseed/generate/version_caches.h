// VersionCaches: those of a dataset, one for each set of attributes that are looked up
// together.
//
// Thread safety: any number of threads.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "lakeseed/generate/byte_budget.h"
#include "lakeseed/generate/day_values.h"
#include "lakeseed/generate/version_cache.h"

namespace lakeseed {

class VersionCaches {
 public:
  explicit VersionCaches(const BoundDataset& dataset) : dataset_(dataset) {}

  /// Of all of them together.
  ByteBudget& budget() { return budget_; }

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
  ByteBudget budget_;
  std::mutex mutex_;
  std::map<std::pair<int, std::vector<int>>, Kept> caches_;
  std::map<int, int64_t> expected_;  ///< Rows, by table.
};

}  // namespace lakeseed
