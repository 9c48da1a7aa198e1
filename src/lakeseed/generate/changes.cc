#include "lakeseed/generate/changes.h"

#include <algorithm>
#include <numeric>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {

namespace {

constexpr int32_t kLongestPeriod = 91;
constexpr double kShareOfCycle = 0.4;
constexpr double kDaysOfYear = 365.0;
/// Members whose cycles are gone through together.
constexpr size_t kPart = 1024;
/// For the starts of the cycles' last days.
constexpr int64_t kLastStartsBytes = 8 << 20;

// ceil(t * k / p). REQUIRES: all >= 0, p > 0.
int64_t CeilShare(int64_t t, int64_t k, int64_t p) {
  return static_cast<int64_t>((static_cast<__int128>(t) * k + p - 1) / p);
}

// Where each cohort starts among the living of a day, and the last one ends.
std::vector<uint32_t> StartsOf(std::span<const int64_t> alive) {
  std::vector<uint32_t> starts(alive.size() + 1);
  for (size_t c = 0; c < alive.size(); ++c) {
    starts[c + 1] = starts[c] + static_cast<uint32_t>(alive[c]);
  }
  return starts;
}

}  // namespace

/// The living of a cycle's last day, by cohort.
class Changes::LastDay {
 public:
  LastDay(const Changes& changes, int32_t cycle) {
    if (changes.last_starts_.empty()) {
      table_ = changes.population_.Table((cycle + 1) * changes.period_ - 1);
    } else {
      starts_ = changes.last_starts_[static_cast<size_t>(cycle)].data();
    }
  }

  int64_t operator[](int32_t cohort) const {
    return starts_ == nullptr ? (*table_)[cohort] : starts_[cohort];
  }
  int64_t Size(int32_t cohort) const { return (*this)[cohort + 1] - (*this)[cohort]; }

 private:
  const uint32_t* starts_ = nullptr;
  std::shared_ptr<const PrefixIndex> table_;  ///< Where starts are not kept.
};

int32_t ChangePeriod(double per_year) {
  const double days = kShareOfCycle * kDaysOfYear / per_year;
  return days < kLongestPeriod ? static_cast<int32_t>(days) : kLongestPeriod;
}

Changes::Changes(const Key& key, const Population& population, int32_t period,
                 double rate)
    : key_(key), population_(population), period_(period), before_{0} {
  const auto share = static_cast<uint64_t>(rate * 0x1p32);
  const int32_t cycles = population.horizon() / period;
  const bool keeps = population.Ever(population.horizon() - 1) <= UINT32_MAX &&
                     int64_t{4} * cycles * population.horizon() <= kLastStartsBytes;
  std::vector<int64_t> alive(static_cast<size_t>(population.horizon()) + 1);
  for (int32_t c = 0; c < cycles; ++c) {
    const int32_t last = (c + 1) * period - 1;
    population.AliveCountsOf(last, alive.data());
    if (keeps) last_starts_.push_back(StartsOf({alive.data(), size_t(last) + 2}));
    // Cohorts 0 .. first day of the cycle: founders and births before it.
    const int64_t stayers =
        std::accumulate(alive.begin(), alive.begin() + c * period + 1, int64_t{0});
    // The living of mid-cycle: those who come or go owe their changes too.
    const int64_t living = population.Living(c * period + period / 2);
    const auto wanted = static_cast<int64_t>(
        (static_cast<unsigned __int128>(share) * static_cast<uint64_t>(living) +
         (Cell(key, c) >> 32)) >>
        32);
    stayers_.push_back(stayers);
    planned_.push_back(std::min(stayers, wanted));
    before_.push_back(before_.back() + planned_.back());
    bijections_.emplace_back(key.Sub(c), stayers);
  }
  if (last_starts_.empty()) return;
  for (int32_t cohort = 0; cohort <= population.horizon(); ++cohort) {
    first_cycles_.push_back(FirstCycle({cohort, 0}));
  }
}

int64_t Changes::Cut(int32_t cycle, int32_t day_of_cycle) const {
  return CeilShare(day_of_cycle, Planned(cycle), period_);
}

int64_t Changes::Before(int32_t day) const {
  const int32_t cycle = day / period_;
  if (cycle == static_cast<int32_t>(planned_.size())) return before_.back();
  return BeforeCycle(cycle) + Cut(cycle, day % period_);
}

Changes::Standing Changes::StandingOf(int64_t id) const {
  return {population_.Cohort(id), population_.Standing(id)};
}

int64_t Changes::ChangeOf(int32_t cycle, const Standing& member) const {
  // Stayers were born before the cycle and live through its last day.
  if (member.cohort > cycle * period_) return -1;
  const LastDay last(*this, cycle);
  if (member.place >= last.Size(member.cohort)) return -1;
  const int64_t stayer = last[member.cohort] + member.place;
  const int64_t x = bijections_[static_cast<size_t>(cycle)].Forward(stayer);
  return x < Planned(cycle) ? x : -1;
}

int64_t Changes::Change(int32_t cycle, int64_t id) const {
  if (id < 0 || id >= population_.Ever((cycle + 1) * period_ - 1)) return -1;
  return ChangeOf(cycle, StandingOf(id));
}

int32_t Changes::Day(int32_t cycle, int64_t x) const {
  return static_cast<int32_t>(cycle * period_ +
                              static_cast<__int128>(x) * period_ / Planned(cycle));
}

int64_t Changes::At(int32_t cycle, int64_t x) const {
  return population_.Member((cycle + 1) * period_ - 1,
                            bijections_[static_cast<size_t>(cycle)].Inverse(x));
}

std::vector<int64_t> Changes::On(int32_t day) const {
  const int32_t cycle = day / period_, t = day % period_;
  const int64_t first = Cut(cycle, t), end = Cut(cycle, t + 1);
  std::vector<int64_t> ids(static_cast<size_t>(end - first));
  std::iota(ids.begin(), ids.end(), first);
  bijections_[static_cast<size_t>(cycle)].InverseOf(ids.data(), end - first, ids.data());
  const auto table = population_.Table((cycle + 1) * period_ - 1);
  std::vector<int32_t> cohorts(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    cohorts[i] = table->Find(ids[i]);
    ids[i] -= (*table)[cohorts[i]];
  }
  population_.IdsOf(cohorts, ids.data(), ids.data());
  return ids;
}

std::vector<std::pair<int32_t, int64_t>> Changes::History(int64_t id, int32_t day) const {
  std::vector<std::pair<int32_t, int64_t>> changes;
  if (day < 0) return changes;
  const Standing member = StandingOf(id);
  for (int32_t c = FirstCycle(member); c <= day / period_; ++c) {
    const int64_t x = ChangeOf(c, member);
    if (x >= 0 && Day(c, x) <= day) changes.emplace_back(Day(c, x), BeforeCycle(c) + x);
  }
  return changes;
}

void Changes::LastChangesOf(std::span<const int64_t> ids, const int32_t* days,
                            int32_t* changed, int64_t* numbers) const {
  for (size_t begin = 0; begin < ids.size(); begin += kPart) {
    const size_t size = std::min(kPart, ids.size() - begin);
    LastChangesOfPart(ids.subspan(begin, size), days + begin, changed + begin,
                      numbers + begin);
  }
}

void Changes::LastChangesOfPart(std::span<const int64_t> ids, const int32_t* days,
                                int32_t* changed, int64_t* numbers) const {
  int32_t cohorts[kPart], cycles[kPart];
  int64_t places[kPart], stayers[kPart];
  population_.StandingsOf(ids, cohorts, places);
  // Rows that have not found their change, and those of them that stay in a cycle.
  std::vector<size_t> open, staying(ids.size());
  int32_t cycle = -1;
  for (size_t i = 0; i < ids.size(); ++i) {
    changed[i] = -1;
    numbers[i] = -1;
    if (days[i] < 0) continue;
    cycles[i] = days[i] / period_;
    cycle = std::max(cycle, cycles[i]);
    open.push_back(i);
  }
  for (; cycle >= 0 && !open.empty(); --cycle) {
    const LastDay last(*this, cycle);
    size_t num_open = 0, num_staying = 0;
    for (const size_t i : open) {
      const bool is_done = changed[i] >= 0 || cohorts[i] > cycle * period_;
      open[num_open] = i;
      num_open += is_done ? 0 : 1;
      if (is_done || cycles[i] < cycle || places[i] >= last.Size(cohorts[i])) continue;
      stayers[num_staying] = last[cohorts[i]] + places[i];
      staying[num_staying++] = i;
    }
    open.resize(num_open);
    bijections_[static_cast<size_t>(cycle)].ForwardOf(
        stayers, static_cast<int64_t>(num_staying), stayers);
    for (size_t k = 0; k < num_staying; ++k) {
      const int64_t x = stayers[k];
      if (x >= Planned(cycle)) continue;
      const size_t i = staying[k];
      const int32_t day = Day(cycle, x);
      if (day > days[i]) continue;
      changed[i] = day;
      numbers[i] = BeforeCycle(cycle) + x;
    }
  }
}

int32_t Changes::NextChange(int64_t id, int32_t day, int32_t last) const {
  const Standing member = StandingOf(id);
  for (int32_t c = std::max(day, 0) / period_; c <= last / period_; ++c) {
    const int64_t x = ChangeOf(c, member);
    if (x >= 0 && Day(c, x) > day) return Day(c, x) <= last ? Day(c, x) : kNoDay;
  }
  return kNoDay;
}

int32_t Changes::VersionAt(int64_t id, int32_t day) const {
  if (!population_.Alive(id, day)) return 0;
  return 1 + CountUpTo(id, day);
}

int32_t Changes::CountUpTo(int64_t id, int32_t day) const {
  int32_t count = 0;
  const Standing member = StandingOf(id);
  for (int32_t c = FirstCycle(member); c <= day / period_; ++c) {
    const int64_t x = ChangeOf(c, member);
    if (x >= 0 && (c < day / period_ || Day(c, x) <= day)) ++count;
  }
  return count;
}

void Changes::VersionsOf(const Rows& ids, int32_t day, int32_t* versions) const {
  std::vector<int32_t> days(static_cast<size_t>(ids.length()), day);
  VersionsOf(ids, days.data(), versions);
}

uint64_t Changes::ChangedMask(int64_t id, int32_t version, int num_tracked) const {
  uint64_t mask;
  ChangedMasksOf(Rows(RowRange{id, id + 1}), version, num_tracked, &mask);
  return mask;
}

void Changes::ChangedMasksOf(const Rows& ids, int32_t version, int num_tracked,
                             uint64_t* masks) const {
  CellsOf(key_, ids, 0, ids.length(), version, masks);
  const int64_t all = (int64_t{1} << num_tracked) - 1;
  for (int64_t i = 0; i < ids.length(); ++i) {
    masks[i] = static_cast<uint64_t>(1 + Below(masks[i], all));
  }
}

}  // namespace lakeseed
