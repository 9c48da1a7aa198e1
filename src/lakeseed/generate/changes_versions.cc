// Versions of many members, a block of them at a time.

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/changes.h"

namespace lakeseed {

namespace {

/// The tables of all cycles are read once for a block, and the more rows it has, the
/// closer together are the cohorts of those that are counted together; but what is known
/// of them must stay in the second cache.
constexpr int64_t kBlock = 8192;
/// Members whose cycles are counted together: they stay in the first cache, as does the
/// piece of each cycle's table that their cohorts need.
constexpr size_t kPart = 1024;
constexpr int32_t kCohortsOfLine = 16;  ///< In a line of that table.
/// Counters that neighbours have for themselves: one would wait for the other's count.
constexpr size_t kLanes = 4;

LAKESEED_KERNEL(void, AddFlags, (const uint8_t* flags, int64_t count, int32_t* counts),
                (flags, count, counts)) {
  for (int64_t i = 0; i < count; ++i) counts[i] += flags[i];
}

}  // namespace

// Its memory is kept by the thread from block to block.
struct Changes::Members {
  int64_t ids[kBlock], places[kBlock];
  int32_t cohorts[kBlock];
  int32_t rows[kBlock];        ///< Those that ask for them.
  std::vector<int64_t> alive;  ///< By cohort, on one day.
  /// Those who stay in their day's cycle, and whether they have changed in it.
  uint32_t stayers[kBlock];
  int32_t stayer_rows[kBlock];
  uint8_t changed[kBlock];
  /// The living in the order in which their first cycles come.
  int32_t ordered_cohorts[kBlock], ordered_rows[kBlock], counts[kBlock];
  uint32_t ordered_places[kBlock];
};

void Changes::VersionsOf(const Rows& ids, const int32_t* days, int32_t* versions,
                         Standing* standings) const {
  if (last_starts_.empty()) {  // Of very many members or days.
    for (int64_t i = 0; i < ids.length(); ++i) versions[i] = VersionAt(ids[i], days[i]);
    return;
  }
  for (int64_t begin = 0; begin < ids.length(); begin += kBlock) {
    const int64_t end = std::min(ids.length(), begin + kBlock);
    VersionsOfBlock(ids.Slice(begin, end), days + begin, versions + begin,
                    standings == nullptr ? nullptr : standings + begin);
  }
}

void Changes::VersionsOfBlock(const Rows& ids, const int32_t* days, int32_t* versions,
                              Standing* standings) const {
  thread_local const auto members = std::make_unique_for_overwrite<Members>();
  int32_t* const rows = members->rows;
  size_t size = 0;
  int32_t day = -1;
  int64_t ever = population_.Ever(day);
  for (int32_t i = 0; i < static_cast<int32_t>(ids.length()); ++i) {
    if (days[i] != day) ever = population_.Ever(day = days[i]);
    versions[i] = 0;
    rows[size] = i;
    // As unsigned: what is below 0 has never been born.
    size +=
        static_cast<size_t>(static_cast<uint64_t>(ids[i]) < static_cast<uint64_t>(ever));
  }
  const auto earlier = [&](int32_t i, int32_t j) { return days[i] < days[j]; };
  if (!std::is_sorted(rows, rows + size, earlier)) {
    std::stable_sort(rows, rows + size, earlier);
  }
  for (size_t k = 0; k < size; ++k) members->ids[k] = ids[rows[k]];
  population_.StandingsOf({members->ids, size}, members->cohorts, members->places);
  for (size_t k = 0; k < size && standings != nullptr; ++k) {
    standings[rows[k]] = {members->cohorts[k], members->places[k]};
  }
  for (size_t k = 0; k < size;) {
    const int32_t cycle = std::max(days[rows[k]], 0) / period_;
    const size_t first = k;
    size_t living = k;
    while (k < size && std::max(days[rows[k]], 0) / period_ == cycle) {
      const auto end = static_cast<size_t>(
          std::upper_bound(rows + k, rows + size, rows[k], earlier) - rows);
      living = StartVersions(days[rows[k]], k, end, living, members.get(), versions);
      k = end;
    }
    CountBefore(cycle, first, living, members.get(), versions);
  }
}

size_t Changes::StartVersions(int32_t day, size_t first, size_t end, size_t living,
                              Members* members, int32_t* versions) const {
  // Pointers of this function's own are not read again after each row that is written.
  int32_t* const cohorts = members->cohorts;
  int64_t* const places = members->places;
  int32_t* const rows = members->rows;
  uint32_t* const stayers = members->stayers;
  int32_t* const stayer_rows = members->stayer_rows;
  const int32_t cycle = std::max(day, 0) / period_, first_day = cycle * period_;
  const uint32_t* const starts = last_starts_[static_cast<size_t>(cycle)].data();
  const size_t begin = living;
  size_t num_stayers = 0;
  const auto start = [&](const auto& alive) {
    for (size_t k = first; k < end; ++k) {
      const int32_t cohort = cohorts[k], row = rows[k];
      const int64_t place = places[k];
      const bool stays = place < starts[cohort + 1] - starts[cohort];
      stayers[num_stayers] = starts[cohort] + static_cast<uint32_t>(place);
      stayer_rows[num_stayers] = row;
      // Those who are born in the cycle or leave before its end are none.
      num_stayers +=
          static_cast<size_t>(stays) & static_cast<size_t>(cohort <= first_day);
      cohorts[living] = cohort;
      places[living] = place;
      rows[living] = row;
      living += alive(cohort, place, stays) ? 1 : 0;
    }
  };
  if (static_cast<int64_t>(end - first) > day) {  // As many as there are cohorts.
    members->alive.resize(static_cast<size_t>(day) + 2);
    int64_t* const counts = members->alive.data();
    population_.AliveCountsOf(day, counts);
    start([=](int32_t cohort, int64_t place, bool) { return place < counts[cohort]; });
  } else {
    start([&](int32_t cohort, int64_t place, bool stays) {
      return stays || place < population_.AliveCount(cohort, day);
    });
  }
  for (size_t k = begin; k < living; ++k) versions[rows[k]] = 1;
  // On the day before the first one nobody has changed.
  const int64_t limit = Cut(cycle, day - first_day + 1);
  bijections_[static_cast<size_t>(cycle)].BelowOf(
      stayers, static_cast<int64_t>(num_stayers), limit, members->changed);
  for (size_t k = 0; k < num_stayers; ++k) {
    versions[stayer_rows[k]] += members->changed[k];
  }
  return living;
}

void Changes::CountBefore(int32_t cycle, size_t first, size_t end, Members* members,
                          int32_t* versions) const {
  if (cycle == 0) return;
  // By the first cycle that counts: those that have come by a cycle stand before the
  // others, and the tables of the cycles are read from left to right. Who comes later
  // has none to count.
  std::vector<uint32_t> until((static_cast<size_t>(cycle) + 1) * kLanes);
  const auto place = [&](size_t k) -> uint32_t& {
    const int32_t own = first_cycles_[static_cast<size_t>(members->cohorts[k])];
    return until[static_cast<size_t>(std::min(own, cycle)) * kLanes + k % kLanes];
  };
  for (size_t k = first; k < end; ++k) ++place(k);
  std::exclusive_scan(until.begin(), until.end(), until.begin(), uint32_t{0});
  std::vector<size_t> born(static_cast<size_t>(cycle));  ///< By each cycle.
  for (size_t c = 0; c < born.size(); ++c) born[c] = until[(c + 1) * kLanes];
  int32_t* const cohorts = members->ordered_cohorts;
  int32_t* const rows = members->ordered_rows;
  uint32_t* const standings = members->ordered_places;
  int32_t* const counts = members->counts;
  std::fill_n(counts, born.back(), 0);
  for (size_t k = first; k < end; ++k) {
    const size_t to = place(k)++;
    cohorts[to] = members->cohorts[k];
    standings[to] = static_cast<uint32_t>(members->places[k]);
    rows[to] = members->rows[k];
  }
  // Who lives in a later cycle has lived through all before.
  uint32_t places[kPart];
  uint8_t changed[kPart];
  for (size_t begin = 0; begin < born.back(); begin += kPart) {
    for (size_t c = 0; c < born.size(); ++c) {
      const size_t size = std::min(std::max(born[c], begin) - begin, kPart);
      if (size == 0) continue;
      const uint32_t* starts = last_starts_[c].data();
      for (size_t k = 0; k < size; ++k) {
        places[k] = starts[cohorts[begin + k]] + standings[begin + k];
      }
      if (c + 1 < born.size()) {
        // Of the cycle that comes next, while the permutation of this one is computed.
        const uint32_t* next = last_starts_[c + 1].data();
        const size_t last = std::min(born[c + 1], begin + kPart) - 1;
        const int32_t low = (FirstCycle({cohorts[begin], 0}) - 1) * period_;
        const int32_t high = FirstCycle({cohorts[last], 0}) * period_;
        for (int32_t at = std::max(low, 0); at <= high; at += kCohortsOfLine) {
          __builtin_prefetch(next + at);
        }
      }
      const auto count = static_cast<int64_t>(size);
      bijections_[c].BelowOf(places, count, planned_[c], changed);
      AddFlags(changed, count, counts + begin);
    }
  }
  for (size_t k = 0; k < born.back(); ++k) versions[rows[k]] += counts[k];
}

}  // namespace lakeseed
