// How long members surely keep a version.

#include <algorithm>
#include <numeric>
#include <vector>

#include "lakeseed/generate/changes.h"

namespace lakeseed {

void Changes::KeptUntil(const Rows& ids, const int32_t* days, int32_t* until) const {
  const auto size = static_cast<size_t>(ids.length());
  std::vector<int64_t> members(size), places(size);
  std::vector<uint32_t> stayers(size);
  std::vector<int32_t> cohorts(size), open(size), staying(size);
  std::vector<uint8_t> changed(size);
  for (size_t i = 0; i < size; ++i) {
    members[i] = ids[static_cast<int64_t>(i)];
    until[i] = days[i] + 1;
  }
  population_.StandingsOf(members, cohorts.data(), places.data());
  std::iota(open.begin(), open.end(), 0);
  int32_t cycle = size == 0 ? 0 : *std::min_element(days, days + size) / period_;
  // Tables of very many members or days are not at hand.
  if (last_starts_.empty()) return;
  for (; cycle < static_cast<int32_t>(planned_.size()) && !open.empty(); ++cycle) {
    const uint32_t* const starts = last_starts_[static_cast<size_t>(cycle)].data();
    const int32_t first_day = cycle * period_, end = first_day + period_;
    size_t num_open = 0, num_staying = 0;
    for (const int32_t i : open) {
      if (days[i] >= end) {  // Its time comes later.
        open[num_open++] = i;
        continue;
      }
      const int32_t cohort = cohorts[i];
      // Who leaves in the cycle may do so on its first day.
      if (places[i] >= starts[cohort + 1] - starts[cohort]) continue;
      if (cohort > first_day) {  // Born in the cycle: it changes in a later one.
        until[i] = end;
        open[num_open++] = i;
        continue;
      }
      stayers[num_staying] = starts[cohort] + static_cast<uint32_t>(places[i]);
      staying[num_staying++] = i;
    }
    open.resize(num_open);
    bijections_[static_cast<size_t>(cycle)].BelowOf(stayers.data(),
                                                    static_cast<int64_t>(num_staying),
                                                    Planned(cycle), changed.data());
    for (size_t k = 0; k < num_staying; ++k) {
      const int32_t i = staying[k];
      // In its day's own cycle it may have changed before.
      if (changed[k] != 0 &&
          (days[i] < first_day || NextChange(members[i], days[i], end - 1) != kNoDay)) {
        continue;
      }
      until[i] = end;
      open.push_back(i);
    }
  }
}

}  // namespace lakeseed
