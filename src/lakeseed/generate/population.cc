#include "lakeseed/generate/population.h"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/pick_tables.h"
#include "lakeseed/generate/picked_members.h"

namespace lakeseed {

namespace {

constexpr int kOne = 32;  ///< Survival and u are in 2^-32.
/// A version is sought over all cycles of the history: their tables stay, within
/// some bytes.
constexpr size_t kFewestTables = 32, kMostTables = 256, kTableBytes = 8 << 20;

/// Cohorts of later days are small beside the founders, who take most of the steps.
constexpr int64_t kStepsOfCohort = 8;

using Wide = unsigned __int128;

// One law only: who lives.
struct OneLaw {
  bool operator==(const OneLaw&) const = default;
};

// Share that lives at each age, day by day: no power.
std::vector<int64_t> Survival(double churn, int32_t ages) {
  std::vector<int64_t> table;
  double share = 1.0;
  for (int32_t age = 0; age < ages; ++age) {
    table.push_back(static_cast<int64_t>(internal::Rint(share * 0x1p32)));
    share *= 1.0 - churn;
  }
  return table;
}

std::vector<int64_t> CohortStarts(int64_t founders, const DayIndex& births) {
  std::vector<int64_t> starts{0};
  for (int32_t day = 0; day <= births.days(); ++day) {
    starts.push_back(founders + births.Before(day));
  }
  return starts;
}

// Counted from 1 on; it reaches no value.
uint64_t NextNumber() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

// The living of cohorts one after the other; the ages go down.
LAKESEED_KERNEL(void, CountAlive,
                (const int64_t* starts, const int64_t* shares, const int64_t* unbias,
                 int64_t cohorts, int64_t* counts),
                (starts, shares, unbias, cohorts, counts)) {
  for (int64_t c = 0; c < cohorts; ++c) {
    const auto size = static_cast<uint64_t>(starts[c + 1] - starts[c]);
    counts[c] =
        static_cast<int64_t>((size * static_cast<uint64_t>(shares[cohorts - 1 - c]) +
                              static_cast<uint64_t>(unbias[c])) >>
                             kOne);
  }
}

}  // namespace

class LivingTables : public DayTables<PrefixIndex, OneLaw> {
 public:
  using DayTables::DayTables;
};

Population::Population(const PopulationOptions& options, const DayIndex& births)
    : number_(NextNumber()),
      key_(options.key),
      founders_key_(options.founders_key),
      founders_since_days_(options.founders_since_days),
      start_(CohortStarts(options.founders, births), kStepsOfCohort),
      survival_(Survival(options.churn, births.days() + 2)) {
  for (int32_t c = 0; c < start_.groups(); ++c) {
    const int64_t size = start_.Size(c);
    unbias_.push_back(static_cast<int64_t>(Cell(key_, c) >> kOne));
    standings_.Add({key_.Sub(c), size});
    // Nobody is better than half of the first rank among all born so far, or one
    // cell near 0 would own the table.
    const double least = static_cast<double>(size) /
                         (2.0 * static_cast<double>(std::max<int64_t>(start_[c + 1], 1)));
    shift_.push_back(c == 0 ? 1.0 : std::max(Unit(Cell(key_, c, 1)), least));
  }
  const size_t bytes = sizeof(int64_t) * static_cast<size_t>(start_.groups());
  living_ = std::make_unique<LivingTables>(
      std::clamp(kTableBytes / bytes, kFewestTables, kMostTables));
  picks_ = std::make_unique<PickTables>(*this);
}

Population::~Population() = default;

int64_t Population::Standing(int64_t id) const {
  const int32_t c = Cohort(id);
  return standings_[c].Forward(id - start_[c]);
}

int64_t Population::IdOf(int32_t cohort, int64_t standing) const {
  return start_[cohort] + standings_[cohort].Inverse(standing);
}

int64_t Population::AliveCount(int32_t cohort, int32_t day) const {
  const int64_t age = int64_t{day} - (cohort - 1);
  if (age < 0) return 0;
  const auto last = static_cast<int64_t>(survival_.size()) - 1;
  const int64_t share = survival_[static_cast<size_t>(std::min(age, last))];
  return static_cast<int64_t>(
      (static_cast<Wide>(start_.Size(cohort)) * static_cast<uint64_t>(share) +
       static_cast<uint64_t>(unbias_[static_cast<size_t>(cohort)])) >>
      kOne);
}

void Population::AliveCountsOf(int32_t day, int64_t* counts) const {
  if (Ever(day) < int64_t{1} << 31) {  // No product is too large.
    return CountAlive(start_.starts(), survival_.data(), unbias_.data(), day + 2, counts);
  }
  for (int32_t c = 0; c <= day + 1; ++c) counts[c] = AliveCount(c, day);
}

int32_t Population::Death(int64_t id) const { return DeathOf(Cohort(id), Standing(id)); }

int32_t Population::DeathOf(int32_t cohort, int64_t standing) const {
  const auto place = (static_cast<Wide>(standing + 1) << kOne) -
                     static_cast<Wide>(unbias_[static_cast<size_t>(cohort)]);
  const auto size = static_cast<Wide>(start_.Size(cohort));
  const auto need = static_cast<int64_t>((place + size - 1) / size);
  const auto first_below = std::partition_point(survival_.begin(), survival_.end(),
                                                [&](int64_t s) { return s >= need; });
  if (first_below == survival_.end()) return kNoDay;
  return static_cast<int32_t>(first_below - survival_.begin()) + cohort - 1;
}

bool Population::Alive(int64_t id, int32_t day) const {
  if (id < 0 || id >= Ever(day)) return false;
  const int32_t c = Cohort(id);
  const int64_t alive = AliveCount(c, day);
  // Most cohorts have not lost anybody, or nearly: spare the permutation.
  return alive == start_.Size(c) ||
         (alive > 0 && standings_[c].Forward(id - start_[c]) < alive);
}

std::shared_ptr<const PrefixIndex> Population::Table(int32_t day) const {
  if (auto table = living_->Find(day, {})) return table;
  std::vector<int64_t> starts(static_cast<size_t>(day) + 3);
  AliveCountsOf(day, starts.data() + 1);
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  auto table = std::make_shared<PrefixIndex>(std::move(starts));
  living_->Keep(day, {}, table);
  return table;
}

int64_t Population::Living(int32_t day) const {
  if (const auto table = living_->Find(day, {})) return table->total();
  // A table would be kept, and is more work.
  std::vector<int64_t> counts(static_cast<size_t>(day) + 2);
  AliveCountsOf(day, counts.data());
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

int64_t Population::Member(int32_t day, int64_t k) const {
  const auto table = Table(day);
  const int32_t c = table->Find(k);
  return IdOf(c, k - (*table)[c]);
}

int64_t Population::Index(int32_t day, int64_t id) const {
  if (id < 0 || id >= Ever(day)) return -1;
  const auto table = Table(day);
  const int32_t c = Cohort(id);
  const int64_t standing = standings_[c].Forward(id - start_[c]);
  return standing < table->Size(c) ? (*table)[c] + standing : -1;
}

std::vector<int64_t> Population::LivingAmong(RowRange ids, int32_t day) const {
  std::vector<int64_t> living;
  living.reserve(static_cast<size_t>(ids.length()));
  int64_t standings[kBlockRows];
  for (int64_t id = ids.begin; id < ids.end;) {
    const int32_t c = Cohort(id);
    const int64_t start = start_[c], end = std::min(start_[c + 1], ids.end);
    const int64_t alive = AliveCount(c, day);
    if (alive == start_.Size(c)) {  // Nobody of the cohort has left.
      for (; id < end; ++id) living.push_back(id);
    }
    if (alive == 0) id = end;
    for (; id < end; id = std::min(end, id + kBlockRows)) {
      const int64_t count = std::min(end - id, kBlockRows);
      for (int64_t i = 0; i < count; ++i) standings[i] = id - start + i;
      standings_[c].ForwardOf(standings, count, standings);
      for (int64_t i = 0; i < count; ++i) {
        if (standings[i] < alive) living.push_back(id + i);
      }
    }
  }
  return living;
}

std::vector<int64_t> Population::DeathsOn(int32_t day) const {
  std::vector<int32_t> cohorts;
  std::vector<int64_t> ids;             // Standings first.
  for (int32_t c = 0; c <= day; ++c) {  // Cohorts born before the day.
    const int64_t was = AliveCount(c, day - 1);
    for (int64_t r = AliveCount(c, day); r < was; ++r) {
      cohorts.push_back(c);
      ids.push_back(r);
    }
  }
  IdsOf(cohorts, ids.data(), ids.data());
  std::sort(ids.begin(), ids.end());
  return ids;
}

void Population::CohortsOf(const Rows& ids, int32_t* cohorts) const {
  for (int64_t i = 0; i < ids.length();) {
    const int32_t c = Cohort(ids[i]);
    // A dense range stays in its cohort for as long as the cohort lasts.
    const int64_t run = ids.is_range() ? start_[c + 1] - ids[i] : 1;
    for (const int64_t end = std::min(ids.length(), i + run); i < end; ++i)
      *cohorts++ = c;
  }
}

void Population::StandingsOf(std::span<const int64_t> ids, int32_t* cohorts,
                             int64_t* standings) const {
  PickedMembers& known = PickedMembers::Of(number_);
  if (!known.Ask()) return ComputeStandings(ids, cohorts, standings);
  const std::vector<int32_t> others = known.Read(ids, cohorts, standings);
  if (others.empty()) return;
  std::vector<int64_t> members(others.size()), places(others.size());
  std::vector<int32_t> of(others.size());
  for (size_t k = 0; k < others.size(); ++k) {
    members[k] = ids[static_cast<size_t>(others[k])];
  }
  ComputeStandings(members, of.data(), places.data());
  for (size_t k = 0; k < others.size(); ++k) {
    cohorts[others[k]] = of[k];
    standings[others[k]] = places[k];
  }
}

void Population::ComputeStandings(std::span<const int64_t> ids, int32_t* cohorts,
                                  int64_t* standings) const {
  start_.FindOf(ids.data(), std::ssize(ids), cohorts);
  for (size_t i = 0; i < ids.size(); ++i) standings[i] = ids[i] - start_[cohorts[i]];
  standings_.ForwardOf(cohorts, standings, std::ssize(ids), standings);
}

void Population::IdsOf(std::span<const int32_t> cohorts, const int64_t* standings,
                       int64_t* ids) const {
  if (const int32_t* members = members_.Ids(std::ssize(cohorts))) {
    for (size_t i = 0; i < cohorts.size(); ++i) {
      ids[i] = members[start_[cohorts[i]] + standings[i]];
    }
    return;
  }
  standings_.InverseOf(cohorts.data(), standings, std::ssize(cohorts), ids);
  for (size_t i = 0; i < cohorts.size(); ++i) ids[i] += start_[cohorts[i]];
}

void Population::BornOf(const Rows& ids, int32_t* days) const {
  CohortsOf(ids, days);
  for (int64_t i = 0; i < ids.length(); ++i) {
    const int64_t before =
        days[i] == 0 ? Below(Cell(founders_key_, ids[i]), founders_since_days_) : 0;
    days[i] = static_cast<int32_t>(days[i] - 1 - before);
  }
}

template <typename Visit>
void Population::ForEachStandingBlock(const Rows& ids, Visit&& visit) const {
  std::vector<int64_t> members, standings;
  std::vector<int32_t> cohorts;
  for (int64_t first = 0; first < ids.length(); first += kBlockRows) {
    const int64_t count = std::min(ids.length() - first, kBlockRows);
    members.clear();
    for (int64_t i = 0; i < count; ++i) members.push_back(ids[first + i]);
    cohorts.resize(members.size());
    standings.resize(members.size());
    StandingsOf(members, cohorts.data(), standings.data());
    visit(first, cohorts, standings);
  }
}

void Population::DeathsOf(const Rows& ids, int32_t* days) const {
  ForEachStandingBlock(
      ids, [&](int64_t first, const auto& cohorts, const auto& standings) {
        for (size_t i = 0; i < cohorts.size(); ++i) {
          days[first + static_cast<int64_t>(i)] = DeathOf(cohorts[i], standings[i]);
        }
      });
}

void Population::LivesOf(const Rows& ids, const int32_t* days, uint8_t* lives) const {
  // Neighbours are of one cohort, and looked at on one day.
  int32_t cohort = -1, day = 0;
  int64_t alive = 0;
  ForEachStandingBlock(ids,
                       [&](int64_t first, const auto& cohorts, const auto& standings) {
                         for (size_t i = 0; i < cohorts.size(); ++i) {
                           const int64_t at = first + static_cast<int64_t>(i);
                           if (cohorts[i] != cohort || days[at] != day) {
                             cohort = cohorts[i];
                             day = days[at];
                             alive = AliveCount(cohort, day);
                           }
                           lives[at] = standings[i] < alive;
                         }
                       });
}

double Population::Shift(int32_t cohort) const {
  return shift_[static_cast<size_t>(cohort)];
}

double Population::Weight(int64_t id, double s) const {
  const int32_t c = Cohort(id);
  const double place = static_cast<double>(Standing(id)) + Shift(c);
  return Power(place / static_cast<double>(start_.Size(c)), -s);
}

}  // namespace lakeseed
