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
constexpr int64_t kBlock = 4096;
/// Members whose cycles are counted together: they stay in the first cache, as does the
/// piece of each cycle's table that their cohorts need.
constexpr size_t kPart = 1024;
/// For the tables of the cycles' last days.
constexpr int64_t kLastDayBytes = 16 << 20;

// ceil(t * k / p). REQUIRES: all >= 0, p > 0.
int64_t CeilShare(int64_t t, int64_t k, int64_t p) {
  return static_cast<int64_t>((static_cast<__int128>(t) * k + p - 1) / p);
}

// Index of each stayer among those of a cycle's last day. Without gathers: these are no
// quicker.
template <typename Start>
void StayersOf(const Start* starts, const int32_t* cohorts, const int64_t* standings,
               int64_t count, int64_t* out) {
  for (int64_t k = 0; k < count; ++k) out[k] = starts[cohorts[k]] + standings[k];
}

}  // namespace

int32_t ChangePeriod(double per_year) {
  const double days = kShareOfCycle * kDaysOfYear / per_year;
  return days < kLongestPeriod ? static_cast<int32_t>(days) : kLongestPeriod;
}

Changes::Changes(const Key& key, const Population& population, int32_t period,
                 double rate)
    : key_(key), population_(population), period_(period), before_{0} {
  const auto share = static_cast<uint64_t>(rate * 0x1p32);
  const int32_t cycles = population.horizon() / period;
  const bool narrow = population.Ever(population.horizon() - 1) <= UINT32_MAX;
  const bool keeps = int64_t{8} * cycles * population.horizon() <= kLastDayBytes;
  for (int32_t c = 0; c < cycles; ++c) {
    const auto last = population.Table((c + 1) * period - 1);
    if (keeps) last_days_.push_back(last);
    if (keeps && narrow) {
      last_starts_.emplace_back(last->starts(), last->starts() + last->groups());
    }
    // Cohorts 0 .. first day of the cycle: founders and births before it.
    const int64_t stayers = (*last)[c * period + 1];
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

std::shared_ptr<const PrefixIndex> Changes::LastDay(int32_t cycle) const {
  if (!last_days_.empty()) return last_days_[static_cast<size_t>(cycle)];
  return population_.Table((cycle + 1) * period_ - 1);
}

int64_t Changes::ChangeOf(int32_t cycle, const Standing& member) const {
  // Stayers were born before the cycle and live through its last day.
  if (member.cohort > cycle * period_) return -1;
  const auto& last =
      last_days_.empty() ? *LastDay(cycle) : *last_days_[static_cast<size_t>(cycle)];
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
  const auto table = LastDay(cycle);
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

std::pair<int32_t, int64_t> Changes::LastChange(int64_t id, int32_t day) const {
  if (day < 0) return {-1, -1};
  const Standing member = StandingOf(id);
  const int32_t first = FirstCycle(member);
  for (int32_t c = day / period_; c >= first; --c) {
    const int64_t x = ChangeOf(c, member);
    if (x >= 0 && Day(c, x) <= day) return {Day(c, x), BeforeCycle(c) + x};
  }
  return {-1, -1};
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

void Changes::CountBlock(int32_t cycle, std::span<const Living> living,
                         int32_t* versions) const {
  // By the cohort: those that are born by a cycle come first, and the tables of the
  // cycles are read from left to right.
  int32_t last_cohort = 0;
  for (const Living& one : living) last_cohort = std::max(last_cohort, one.member.cohort);
  std::vector<uint32_t> until(
      static_cast<size_t>(std::max(last_cohort, cycle * period_)) + 2);
  for (const Living& one : living) ++until[static_cast<size_t>(one.member.cohort) + 1];
  std::partial_sum(until.begin(), until.end(), until.begin());
  std::vector<size_t> born(static_cast<size_t>(cycle));  ///< By each cycle.
  for (int32_t c = 0; c < cycle; ++c) {
    born[static_cast<size_t>(c)] = until[static_cast<size_t>(c * period_) + 1];
  }
  std::vector<int32_t> cohorts(living.size());
  std::vector<int64_t> standings(living.size()), rows(living.size());
  for (const Living& one : living) {
    const size_t k = until[static_cast<size_t>(one.member.cohort)]++;
    cohorts[k] = one.member.cohort;
    standings[k] = one.member.place;
    rows[k] = one.row;
  }
  // Who lives in a later cycle has lived through all before.
  std::vector<int32_t> counts(living.size());
  for (size_t first = 0; first < counts.size(); first += kPart) {
    for (int32_t c = 0; c < cycle; ++c) {
      const size_t end = std::min(born[static_cast<size_t>(c)], first + kPart);
      if (end > first) {
        CountCycle(c, std::span(cohorts).subspan(first, end - first),
                   standings.data() + first, counts.data() + first);
      }
    }
  }
  for (size_t k = 0; k < rows.size(); ++k) versions[rows[k]] += counts[k];
  CountLast(cycle, living, versions);
}

void Changes::CountCycle(int32_t cycle, std::span<const int32_t> cohorts,
                         const int64_t* standings, int32_t* counts) const {
  const auto c = static_cast<size_t>(cycle);
  const auto size = std::ssize(cohorts);
  int64_t places[kPart];
  uint8_t changed[kPart];
  if (last_starts_.empty()) {
    StayersOf(LastDay(cycle)->starts(), cohorts.data(), standings, size, places);
  } else {
    StayersOf(last_starts_[c].data(), cohorts.data(), standings, size, places);
  }
  bijections_[c].BelowOf(places, size, planned_[c], changed);
  for (int64_t k = 0; k < size; ++k) counts[k] += changed[k];
}

void Changes::CountLast(int32_t cycle, std::span<const Living> living,
                        int32_t* versions) const {
  const auto last = LastDay(cycle);
  std::vector<int64_t> places(living.size());
  std::vector<uint32_t> stayers(living.size());  ///< Which of the living.
  size_t size = 0;
  for (size_t k = 0; k < living.size(); ++k) {
    const auto& [cohort, place] = living[k].member;
    places[size] = (*last)[cohort] + place;
    stayers[size] = static_cast<uint32_t>(k);
    // Those who are born in the cycle or leave before its end are none.
    size += static_cast<size_t>(cohort <= cycle * period_) &
            static_cast<size_t>(place < last->Size(cohort));
  }
  // Those of a day are mostly all.
  const Bijection& bijection = bijections_[static_cast<size_t>(cycle)];
  std::vector<uint8_t> changed(size);
  for (size_t begin = 0, end; begin < size; begin = end) {
    const int32_t day = living[stayers[begin]].day;
    for (end = begin + 1; end < size && living[stayers[end]].day == day;) ++end;
    bijection.BelowOf(places.data() + begin, static_cast<int64_t>(end - begin),
                      Cut(cycle, day % period_ + 1), changed.data() + begin);
  }
  for (size_t j = 0; j < size; ++j) versions[living[stayers[j]].row] += changed[j];
}

std::vector<Changes::Living> Changes::LivingOf(std::span<const int64_t> ids,
                                               std::span<const int64_t> rows,
                                               const int32_t* days) const {
  std::vector<int32_t> cohorts(ids.size());
  std::vector<int64_t> standings(ids.size());
  population_.StandingsOf(ids, cohorts.data(), standings.data());
  // Where all are of one day, its table is quicker than counting.
  const int32_t first = days[rows[0]];
  const bool one_day = std::all_of(rows.begin(), rows.end(),
                                   [&](int64_t row) { return days[row] == first; });
  const auto table = one_day ? population_.Table(first) : nullptr;
  std::vector<Living> living(ids.size());
  size_t num_living = 0;
  for (size_t k = 0; k < ids.size(); ++k) {
    const int32_t day = days[rows[k]];
    const int64_t alive =
        one_day ? table->Size(cohorts[k]) : population_.AliveCount(cohorts[k], day);
    living[num_living] = {{cohorts[k], standings[k]}, day, rows[k]};
    num_living += static_cast<size_t>(standings[k] < alive);
  }
  living.resize(num_living);
  return living;
}

void Changes::VersionsOf(const Rows& ids, const int32_t* days, int32_t* versions) const {
  for (int64_t begin = 0; begin < ids.length(); begin += kBlock) {
    const int64_t end = std::min(ids.length(), begin + kBlock);
    VersionsOfBlock(ids.Slice(begin, end), days + begin, versions + begin);
  }
}

void Changes::VersionsOfBlock(const Rows& ids, const int32_t* days,
                              int32_t* versions) const {
  std::vector<int64_t> born(static_cast<size_t>(ids.length())), rows(born.size());
  size_t num_born = 0;
  for (int64_t i = 0; i < ids.length(); ++i) {
    versions[i] = 0;
    born[num_born] = ids[i];
    rows[num_born] = i;
    num_born += static_cast<size_t>(ids[i] >= 0) &
                static_cast<size_t>(ids[i] < population_.Ever(days[i]));
  }
  born.resize(num_born);
  rows.resize(num_born);
  if (born.empty()) return;
  std::vector<Living> living = LivingOf(born, rows, days);
  for (const Living& one : living) versions[one.row] = 1;
  const auto earlier = [&](const Living& one, const Living& other) {
    return one.day / period_ < other.day / period_;
  };
  if (!std::is_sorted(living.begin(), living.end(), earlier)) {
    std::stable_sort(living.begin(), living.end(), earlier);
  }
  for (auto begin = living.begin(); begin != living.end();) {
    const auto end = std::upper_bound(begin, living.end(), *begin, earlier);
    CountBlock(begin->day / period_, {begin, end}, versions);
    begin = end;
  }
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
