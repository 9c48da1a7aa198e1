#include "lakeseed/generate/picked_members.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lakeseed {

PickedMembers& PickedMembers::Of(uint64_t number) {
  thread_local std::array<PickedMembers, kMostPopulations> all;
  thread_local size_t oldest = 0;
  for (PickedMembers& one : all) {
    if (one.number_ == number) return one;
  }
  PickedMembers& one = all[oldest];
  oldest = (oldest + 1) % all.size();
  one.Begin();
  one.number_ = number;
  return one;
}

bool PickedMembers::Begin() {
  ids_.clear();
  standings_.clear();
  cohorts_.clear();
  next_ = 0;
  return std::exchange(is_asked_, false);
}

void PickedMembers::Add(std::span<const int64_t> ids, const int32_t* cohorts,
                        const int64_t* standings) {
  const auto room = static_cast<size_t>(kMost) - ids_.size();
  const auto size = static_cast<int64_t>(std::min(ids.size(), room));
  ids_.insert(ids_.end(), ids.begin(), ids.begin() + size);
  cohorts_.insert(cohorts_.end(), cohorts, cohorts + size);
  standings_.insert(standings_.end(), standings, standings + size);
}

bool PickedMembers::Ask() {
  is_asked_ = true;
  return !ids_.empty();
}

bool PickedMembers::Find(int64_t id) {
  const size_t end = std::min(next_ + kAhead, ids_.size());
  for (size_t at = next_; at < end; ++at) {
    if (ids_[at] == id) {
      next_ = at;
      return true;
    }
  }
  return false;
}

std::vector<int32_t> PickedMembers::Read(std::span<const int64_t> ids, int32_t* cohorts,
                                         int64_t* standings) {
  std::vector<int32_t> others;
  // The same picks may be asked about again, from the first one on.
  if (!ids.empty() && !Find(ids[0])) next_ = 0;
  for (size_t i = 0; i < ids.size();) {
    // What was not picked is soon found to be something else altogether.
    const bool is_known = others.size() <= i / 2 + kAhead && Find(ids[i]);
    if (!is_known) {
      others.push_back(static_cast<int32_t>(i++));
      continue;
    }
    const size_t most = std::min(ids.size() - i, ids_.size() - next_);
    size_t run = 1;
    while (run < most && ids_[next_ + run] == ids[i + run]) ++run;
    std::copy_n(cohorts_.data() + next_, run, cohorts + i);
    std::copy_n(standings_.data() + next_, run, standings + i);
    next_ += run;
    i += run;
  }
  return others;
}

}  // namespace lakeseed
