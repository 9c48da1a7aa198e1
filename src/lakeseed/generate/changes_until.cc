// How long members surely keep a version.

#include <algorithm>
#include <memory>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/changes.h"

namespace lakeseed {

namespace {

/// Members whose cycles are gone through together: they stay in the first cache.
constexpr size_t kPart = 1024;

/// The days of a cycle.
struct Cycle {
  int32_t first_day, end;
};

/// Members side by side, with what is known of them in a cycle.
struct Keepers {
  int32_t cohorts[kPart], days[kPart], until[kPart];
  uint32_t places[kPart], stayers[kPart];
  int32_t rows[kPart];     ///< Those that ask for them.
  uint8_t lives[kPart];    ///< Through the cycle's last day.
  uint8_t changes[kPart];  ///< Its number among the stayers is that of a change.
  uint8_t is_kept[kPart];  ///< The version is, until the cycle begins.
  int64_t changed[kPart];  ///< Numbers of changes in their day's own cycle, and whose.
  int32_t changers[kPart];
};

LAKESEED_KERNEL(void, FindStayers,
                (const uint32_t* starts, int32_t first_day, int64_t size, Keepers* of),
                (starts, first_day, size, of)) {
  for (int64_t k = 0; k < size; ++k) {
    const int32_t cohort = of->cohorts[k];
    const uint32_t start = starts[cohort], place = of->places[k];
    const uint32_t lives = place < starts[cohort + 1] - start ? 1 : 0;
    const uint32_t stays = cohort <= first_day ? lives : 0;
    // Who does not stay has the number of somebody, which is not looked at.
    of->stayers[k] = (start + place) & (0 - stays);
    of->lives[k] = static_cast<uint8_t>(lives);
  }
}

/// Returns how many keep their version until the cycle ends, or have their day later.
LAKESEED_KERNEL(int64_t, KeepIn, (Cycle cycle, int64_t size, Keepers* of),
                (cycle, size, of)) {
  int32_t kept = 0;
  for (int64_t k = 0; k < size; ++k) {
    const int32_t later = of->days[k] >= cycle.end ? 1 : 0;
    // Who is born in the cycle changes in a later one.
    const int32_t was_born = of->cohorts[k] <= cycle.first_day ? 1 : 0;
    // Who leaves in the cycle may do so on its first day.
    const int32_t stays = of->lives[k] & ~(of->changes[k] & was_born);
    const int32_t keeps = of->is_kept[k] & (later | stays);
    of->until[k] = (keeps & ~later) != 0 ? cycle.end : of->until[k];
    of->is_kept[k] = static_cast<uint8_t>(keeps);
    kept += keeps;
  }
  return kept;
}

}  // namespace

void Changes::KeptUntil(std::span<const Standing> members, const int32_t* days,
                        int32_t* until) const {
  for (size_t begin = 0; begin < members.size(); begin += kPart) {
    const size_t size = std::min(kPart, members.size() - begin);
    KeptUntilOfPart(members.subspan(begin, size), days + begin, until + begin);
  }
}

void Changes::KeptUntilOfPart(std::span<const Standing> members, const int32_t* days,
                              int32_t* until) const {
  size_t size = members.size();
  for (size_t i = 0; i < size; ++i) until[i] = days[i] + 1;
  // Tables of very many members or days are not at hand.
  if (last_starts_.empty()) return;
  thread_local const auto all = std::make_unique_for_overwrite<Keepers>();
  Keepers& of = *all;
  for (size_t i = 0; i < size; ++i) {
    of.rows[i] = static_cast<int32_t>(i);
    of.cohorts[i] = members[i].cohort;
    of.places[i] = static_cast<uint32_t>(members[i].place);
    of.days[i] = days[i];
    of.until[i] = until[i];
    of.is_kept[i] = 1;
  }
  const int32_t last_day = *std::max_element(days, days + size);
  auto cycle = static_cast<size_t>(*std::min_element(days, days + size) / period_);
  for (; cycle < planned_.size() && size > 0; ++cycle) {
    const auto number = static_cast<int32_t>(cycle);
    const Cycle now{number * period_, (number + 1) * period_};
    FindStayers(last_starts_[cycle].data(), now.first_day, static_cast<int64_t>(size),
                &of);
    if (stayers_[cycle] == 0) {
      std::fill_n(of.changes, size, 0);
    } else {
      bijections_[cycle].BelowOf(of.stayers, static_cast<int64_t>(size), planned_[cycle],
                                 of.changes);
    }
    if (now.first_day <= last_day) {
      // In its day's own cycle it may have changed before.
      int64_t num_changed = 0;
      for (size_t k = 0; k < size; ++k) {
        of.changed[num_changed] = of.stayers[k];
        of.changers[num_changed] = static_cast<int32_t>(k);
        num_changed += of.changes[k] & (of.days[k] >= now.first_day ? 1 : 0);
      }
      bijections_[cycle].ForwardOf(of.changed, num_changed, of.changed);
      for (int64_t j = 0; j < num_changed; ++j) {
        const int32_t k = of.changers[j];
        of.changes[k] = Day(number, of.changed[j]) > of.days[k] ? 1 : 0;
      }
    }
    const auto kept = static_cast<size_t>(KeepIn(now, static_cast<int64_t>(size), &of));
    // Who is done is gone on with until they are half of all.
    if (2 * kept > size) continue;
    size_t left = 0;
    for (size_t k = 0; k < size; ++k) {
      until[of.rows[k]] = of.until[k];
      of.rows[left] = of.rows[k];
      of.cohorts[left] = of.cohorts[k];
      of.places[left] = of.places[k];
      of.days[left] = of.days[k];
      of.until[left] = of.until[k];
      left += of.is_kept[k];
      of.is_kept[k] = 1;
    }
    size = left;
  }
  for (size_t k = 0; k < size; ++k) until[of.rows[k]] = of.until[k];
}

}  // namespace lakeseed
