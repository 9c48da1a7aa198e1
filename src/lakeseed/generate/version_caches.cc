#include "lakeseed/generate/version_caches.h"

namespace lakeseed {

VersionCache* VersionCaches::Of(int table, const std::vector<int>& nodes) {
  const auto where = std::make_pair(table, nodes);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (auto found = caches_.find(where); found != caches_.end()) {
      return found->second.get();
    }
  }
  // Made outside the lock: its nodes may look up what other caches have.
  auto made = VersionCache::Make(dataset_, table, nodes, &budget_bytes_);
  std::lock_guard<std::mutex> lock(mutex_);
  return caches_.try_emplace(where, std::move(made)).first->second.get();
}

}  // namespace lakeseed
