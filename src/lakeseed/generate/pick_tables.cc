#include "lakeseed/generate/pick_tables.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/zipf.h"

namespace lakeseed {

namespace {

constexpr size_t kBytes = 8 << 20;
constexpr size_t kBytesOfCohort = 64;
/// Steps of the guide for each cohort: with more of them nearly each share is found in
/// its step. Where founders have much of the mass few shares are looked for.
constexpr size_t kSteps = 4;
constexpr double kMuch = 0.5;
/// Shares that are looked for together.
constexpr int64_t kTogether = 256;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Who goes through the days in order needs no more, and no fresh memory for each day.
constexpr size_t kFirstTables = 4;
// Few tables for a long history, as each is then large.
size_t MostTables(int32_t days) {
  return std::clamp<size_t>(kBytes / (static_cast<size_t>(days + 2) * kBytesOfCohort), 8,
                            64);
}

// Of what founders do not have, as nearly all that is looked for is there.
void MakeGuide(PickTable* table) {
  const double first = table->until.front(), rest = table->total - first;
  const size_t steps = first < kMuch * table->total ? kSteps : 1;
  const size_t size = steps * table->until.size();
  if (!(rest > 0)) return;
  table->guide_begin = first;
  const double scale = static_cast<double>(size) / rest;
  table->guide_scale = scale;
  table->guide.assign(size + 1, 0);
  int32_t* const guide = table->guide.data();
  // By rounding a share may be found a step too far: the guide is that much early.
  const double early = first - table->total * 0x1p-40;
  // The step in which a cohort ends is still its own; the last that ends in one counts.
  for (int32_t cohort = 0; cohort < table->last; ++cohort) {
    const double end = (table->until[static_cast<size_t>(cohort)] - early) * scale;
    guide[std::min(static_cast<size_t>(end) + 1, size)] = cohort + 1;
  }
  for (size_t i = 1; i <= size; ++i) guide[i] = std::max(guide[i], guide[i - 1]);
}

/// What the steps of a guide are found by.
struct Guide {
  double total, begin, scale;
};

LAKESEED_KERNEL(void, StepsOf,
                (const double* shares, int64_t count, Guide of, int32_t* steps),
                (shares, count, of, steps)) {
  for (int64_t i = 0; i < count; ++i) {
    const double after = (shares[i] * of.total - of.begin) * of.scale;
    steps[i] = static_cast<int32_t>(internal::Select(after > 0.0, after, 0.0));
  }
}

// Cohorts whose constants are computed, side by side.
class Laws {
 public:
  void Clear() {
    cohorts_.clear();
    members_.clear();
    alive_.clear();
    shifts_.clear();
  }

  void Add(size_t cohort, double members, int64_t alive, double shift) {
    cohorts_.push_back(cohort);
    members_.push_back(members);
    alive_.push_back(alive);
    shifts_.push_back(shift);
  }

  void Fill(double s, PickTable* table) {
    masses_.resize(cohorts_.size());
    ends_.resize(cohorts_.size());
    ZipfMassesOf(s, alive_, shifts_.data(), masses_.data());
    ZipfEndsOf(s, alive_, shifts_.data(), ends_.data());
    PowerOf(members_, s, members_.data());
    for (size_t i = 0; i < cohorts_.size(); ++i) {
      table->mass[cohorts_[i]] = members_[i] * masses_[i];
      table->cohorts[cohorts_[i]] = {ends_[i].low, ends_[i].high, shifts_[i], alive_[i]};
    }
  }

 private:
  std::vector<size_t> cohorts_;
  std::vector<double> members_, shifts_, masses_;
  std::vector<int64_t> alive_;
  std::vector<ZipfEnds> ends_;
};

/// What only the making of a table needs: kept from day to day.
struct Making {
  std::vector<int64_t> living;
  Laws laws;
};

}  // namespace

void PickTable::Clear() {
  mass.clear();
  cohorts.clear();
  until.clear();
  guide.assign(1, 0);
  total = guide_begin = guide_scale = 0;
  last = -1;
  founders = {};
}

void PickTable::Reserve(size_t most) {
  mass.reserve(most);
  cohorts.reserve(most);
  until.reserve(most);
  guide.reserve(kSteps * most + 1);
}

void PickTable::FindOf(const double* shares, int64_t count, int32_t* found) const {
  for (int64_t begin = 0; begin < count; begin += kTogether) {
    FindBlock(shares + begin, std::min(kTogether, count - begin), found + begin);
  }
}

void PickTable::FindBlock(const double* shares, int64_t count, int32_t* found) const {
  int32_t open[kTogether];
  int64_t num_open = 0;
  StepsOf(shares, count, {total, guide_begin, guide_scale}, found);
  for (int64_t i = 0; i < count; ++i) {
    // The first step up is taken without a branch, as nobody can guess it; few need more.
    const double x = shares[i] * total;
    int32_t cohort = guide[static_cast<size_t>(found[i])];
    cohort += static_cast<int32_t>(until[static_cast<size_t>(cohort)] <= x);
    __builtin_prefetch(cohorts.data() + cohort);
    found[i] = cohort;
    open[num_open] = static_cast<int32_t>(i);
    num_open += static_cast<int64_t>(until[static_cast<size_t>(cohort)] <= x);
  }
  for (int64_t k = 0; k < num_open; ++k) {
    const double x = shares[open[k]] * total;
    int32_t& cohort = found[open[k]];
    while (until[static_cast<size_t>(cohort)] <= x) ++cohort;
  }
}

PickTables::PickTables(const Population& population)
    : population_(population), cache_(MostTables(population.horizon()), kFirstTables) {}

std::shared_ptr<const PickTable> PickTables::Get(int32_t day, const PickLaw& law) {
  if (auto table = cache_.Find(day, law)) return table;
  const auto near = cache_.Nearest(day, law);
  auto table = cache_.Spare();
  if (table == nullptr) table = std::make_shared<PickTable>();
  Make(day, law, near.get(), table.get());
  cache_.Keep(day, law, table);
  return table;
}

void PickTables::Make(int32_t day, const PickLaw& law, const PickTable* near,
                      PickTable* table) const {
  thread_local Making making;
  const auto size = static_cast<size_t>(day) + 2;
  const size_t known = near == nullptr ? 0 : std::min(size, near->cohorts.size());
  table->Clear();
  table->Reserve(static_cast<size_t>(population_.horizon()) + 2);
  if (near != nullptr) {
    table->mass.assign(near->mass.begin(),
                       near->mass.begin() + static_cast<int64_t>(known));
    table->cohorts.assign(near->cohorts.begin(),
                          near->cohorts.begin() + static_cast<int64_t>(known));
  }
  table->mass.resize(size);
  table->cohorts.resize(size);
  std::vector<int64_t>& living = making.living;
  living.resize(size);
  if (law.alive) population_.AliveCountsOf(day, living.data());
  const double founders =
      static_cast<double>(std::max<int64_t>(population_.founders(), 1));
  Laws& laws = making.laws;
  laws.Clear();
  for (size_t c = 0; c < size; ++c) {
    const auto cohort = static_cast<int32_t>(c);
    const int64_t alive = law.alive ? living[c] : population_.CohortSize(cohort);
    if (alive > 0) table->last = cohort;
    if (table->cohorts[c].alive == alive) continue;
    if (alive == 0) {
      table->mass[c] = 0;
      table->cohorts[c] = {};
    } else {
      const double n = static_cast<double>(population_.CohortSize(cohort));
      laws.Add(c, n, alive, population_.Shift(cohort) + law.offset * n / founders);
    }
  }
  laws.Fill(law.s, table);
  table->until.resize(size);
  std::partial_sum(table->mass.begin(), table->mass.end(), table->until.begin());
  table->total = table->until.back();
  if (table->last >= 0) {
    std::fill(table->until.begin() + table->last, table->until.end(), kInfinity);
    MakeGuide(table);
    const PickTable::Cohort& first = table->cohorts.front();
    if (first.alive > 0) {
      table->founders =
          FounderPicks(law.s, {{first.low, first.high}, first.shift, first.alive},
                       table->until.front(), table->total);
    }
  }
}

}  // namespace lakeseed
