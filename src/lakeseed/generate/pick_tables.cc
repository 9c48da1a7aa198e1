#include "lakeseed/generate/pick_tables.h"

#include <algorithm>

#include "lakeseed/base/function.h"
#include "lakeseed/base/zipf.h"

namespace lakeseed {

namespace {

constexpr size_t kBytes = 8 << 20;
constexpr size_t kBytesOfCohort = 64;
/// Steps of the guide for each cohort: the young ones are small.
constexpr size_t kGuideSteps = 4;

// Few tables for a long history, as each is then large.
size_t CapacityOf(int32_t days) {
  return std::clamp<size_t>(kBytes / (static_cast<size_t>(days + 2) * kBytesOfCohort), 8,
                            64);
}

void MakeGuide(PickTable* table) {
  const size_t size = table->until.size() * kGuideSteps;
  const double total = table->until.back();
  table->guide.resize(size + 1);
  table->guide_scale = static_cast<double>(size) / total;
  const double step = total / static_cast<double>(size);
  int32_t cohort = 0;
  for (size_t i = 0; i < size; ++i) {
    const double x = step * static_cast<double>(i);
    while (cohort < table->last && table->until[static_cast<size_t>(cohort)] <= x)
      ++cohort;
    table->guide[i] = cohort;
  }
  table->guide[size] = table->last;
}

}  // namespace

void PickTable::FindOf(const double* shares, int64_t count, int32_t* found) const {
  const double total = until.back();
  const auto end = static_cast<int64_t>(guide.size()) - 1;
  // Two passes, so that the reads of many places are on their way together.
  for (int64_t i = 0; i < count; ++i) {
    const auto place = static_cast<int64_t>(shares[i] * total * guide_scale);
    found[i] = guide[static_cast<size_t>(std::min(place, end))];
    __builtin_prefetch(until.data() + found[i]);
  }
  for (int64_t i = 0; i < count; ++i) {
    const double x = shares[i] * total;
    int32_t cohort = found[i];
    // The guide may be a step off by rounding: both directions make it exact. The first
    // step up is taken without a branch, as nobody can guess it.
    while (cohort > 0 && until[static_cast<size_t>(cohort) - 1] > x) --cohort;
    cohort += static_cast<int32_t>(cohort < last) &
              static_cast<int32_t>(until[static_cast<size_t>(cohort)] <= x);
    while (cohort < last && until[static_cast<size_t>(cohort)] <= x) ++cohort;
    found[i] = cohort;
    __builtin_prefetch(cohorts.data() + cohort);
  }
}

PickTables::PickTables(const Population& population)
    : population_(population), cache_(CapacityOf(population.horizon())) {}

std::shared_ptr<const PickTable> PickTables::Get(int32_t day, const PickLaw& law) {
  if (auto table = cache_.Find(day, law)) return table;
  auto table = Make(day, law, cache_.Nearest(day, law).get());
  cache_.Keep(day, law, table);
  return table;
}

std::shared_ptr<const PickTable> PickTables::Make(int32_t day, const PickLaw& law,
                                                  const PickTable* near) const {
  auto table = std::make_shared<PickTable>();
  const auto size = static_cast<size_t>(day) + 2;
  table->until.resize(size);
  table->mass.resize(size);
  table->cohorts.resize(size);
  const size_t known = near == nullptr ? 0 : std::min(size, near->cohorts.size());
  const double founders =
      static_cast<double>(std::max<int64_t>(population_.founders(), 1));
  double total = 0.0;
  for (size_t c = 0; c < size; ++c) {
    const auto cohort = static_cast<int32_t>(c);
    const int64_t members = population_.CohortSize(cohort);
    const int64_t alive = law.alive ? population_.AliveCount(cohort, day) : members;
    table->cohorts[c].alive = alive;
    if (c < known && near->cohorts[c].alive == alive) {
      table->mass[c] = near->mass[c];
      table->cohorts[c] = near->cohorts[c];
    } else if (alive > 0) {
      const double n = static_cast<double>(members);
      const double v = population_.Shift(cohort) + law.offset * n / founders;
      const ZipfEnds ends = ZipfEndsOf(alive, law.s, v);
      table->mass[c] = Power(n, law.s) * ZipfMass(alive, law.s, v);
      table->cohorts[c] = {ends.low, ends.high, v, alive};
    }
    if (alive > 0) table->last = cohort;
    total += table->mass[c];
    table->until[c] = total;
  }
  if (table->last >= 0) MakeGuide(table.get());
  return table;
}

}  // namespace lakeseed
