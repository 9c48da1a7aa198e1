#include "lakeseed/generate/member_table.h"

#include <algorithm>

namespace lakeseed {

const int32_t* MemberTable::Ids(int64_t wanted) const {
  const int32_t* made = made_.load(std::memory_order_acquire);
  if (made != nullptr || start_.total() > kMostKept) return made;
  const int64_t before = asked_.fetch_add(wanted, std::memory_order_relaxed);
  if (before + wanted < start_.total()) return nullptr;
  const std::lock_guard lock(mutex_);
  if (ids_.empty()) Make();
  return made_.load(std::memory_order_acquire);
}

void MemberTable::Make() const {
  constexpr int64_t kTogether = 8192;
  ids_.resize(static_cast<size_t>(start_.total()));
  int32_t cohorts[kTogether];
  int64_t members[kTogether];
  int32_t cohort = 0;
  for (int64_t first = 0; first < start_.total(); first += kTogether) {
    const int64_t count = std::min(kTogether, start_.total() - first);
    for (int64_t i = 0; i < count; ++i) {
      while (start_[cohort + 1] <= first + i) ++cohort;
      cohorts[i] = cohort;
      members[i] = first + i - start_[cohort];
    }
    standings_.InverseOf(cohorts, members, count, members);
    for (int64_t i = 0; i < count; ++i) {
      ids_[static_cast<size_t>(first + i)] =
          static_cast<int32_t>(start_[cohorts[i]] + members[i]);
    }
  }
  made_.store(ids_.data(), std::memory_order_release);
}

}  // namespace lakeseed
