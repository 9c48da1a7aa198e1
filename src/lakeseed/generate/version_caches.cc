#include "lakeseed/generate/version_caches.h"

namespace lakeseed {

void VersionCaches::Expect(int table, int64_t rows) {
  std::lock_guard<std::mutex> lock(mutex_);
  expected_[table] += rows;
}

const VersionCaches::Kept& VersionCaches::Of(int table, const std::vector<int>& nodes,
                                             int referring_table) {
  const auto where = std::make_pair(table, nodes);
  int64_t expected = 0;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (auto found = caches_.find(where); found != caches_.end()) {
      return found->second;
    }
    if (auto rows = expected_.find(referring_table); rows != expected_.end()) {
      expected = rows->second;
    }
  }
  // Made outside the lock: its nodes may look up what other caches have.
  Kept made{VersionCache::Make(dataset_, table, nodes, expected, &budget_), nullptr};
  if (made.versions == nullptr) {
    made.days = DayValues::Make(dataset_, table, nodes, &budget_);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  return caches_.try_emplace(where, std::move(made)).first->second;
}

}  // namespace lakeseed
