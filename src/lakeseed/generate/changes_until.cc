// How long members surely keep a version.

#include <algorithm>
#include <numeric>
#include <vector>

#include "lakeseed/generate/changes.h"

namespace lakeseed {

void Changes::KeptUntil(std::span<const Standing> members, const int32_t* days,
                        int32_t* until) const {
  const size_t size = members.size();
  for (size_t i = 0; i < size; ++i) until[i] = days[i] + 1;
  // Tables of very many members or days are not at hand.
  if (last_starts_.empty() || size == 0) return;
  std::vector<uint32_t> stayers(size);
  std::vector<int32_t> open(size), staying(size), again(size);
  std::vector<int64_t> numbers(size);
  std::vector<uint8_t> changed(size);
  std::iota(open.begin(), open.end(), 0);
  size_t num_open = size;
  const int32_t last_day = *std::max_element(days, days + size);
  int32_t cycle = *std::min_element(days, days + size) / period_;
  for (; cycle < static_cast<int32_t>(planned_.size()) && num_open > 0; ++cycle) {
    const uint32_t* const starts = last_starts_[static_cast<size_t>(cycle)].data();
    const int32_t first_day = cycle * period_, end = first_day + period_;
    const size_t was_open = num_open;
    size_t num_staying = 0;
    num_open = 0;
    for (size_t k = 0; k < was_open; ++k) {
      const int32_t i = open[k];
      const Standing& member = members[static_cast<size_t>(i)];
      const uint32_t start = starts[member.cohort];
      // Who leaves in the cycle may do so on its first day.
      const bool stays = member.place < starts[member.cohort + 1] - start;
      const bool is_born = member.cohort <= first_day, has_come = days[i] < end;
      stayers[num_staying] = start + static_cast<uint32_t>(member.place);
      staying[num_staying] = i;
      num_staying += static_cast<size_t>(stays & is_born & has_come);
      if (has_come & (!stays | is_born)) continue;
      // Its time comes later, or it is born in the cycle: it changes in a later one.
      if (has_come) until[i] = end;
      open[num_open++] = i;
    }
    const Bijection& order = bijections_[static_cast<size_t>(cycle)];
    order.BelowOf(stayers.data(), static_cast<int64_t>(num_staying), Planned(cycle),
                  changed.data());
    size_t num_again = 0;
    for (size_t k = 0; k < num_staying; ++k) {
      const int32_t i = staying[k];
      const bool changes = changed[k] != 0;
      until[i] = changes ? until[i] : end;
      open[num_open] = again[num_again] = i;
      numbers[num_again] = stayers[k];
      num_open += changes ? 0 : 1;
      num_again += static_cast<size_t>(changes & (days[i] >= first_day));
    }
    if (last_day < first_day) continue;
    // In its day's own cycle it may have changed before.
    order.ForwardOf(numbers.data(), static_cast<int64_t>(num_again), numbers.data());
    for (size_t k = 0; k < num_again; ++k) {
      const int32_t i = again[k];
      if (Day(cycle, numbers[k]) > days[i]) continue;
      until[i] = end;
      open[num_open++] = i;
    }
  }
}

}  // namespace lakeseed
