// PickTables: for each day what picking by popularity needs of every cohort.
//
// A table holds the prefix of the living's masses and the constants of the
// rejection-inversion. Cohorts whose living are as many as on the nearest table
// in the cache are copied from it. O(cohorts) a day, never O(members).
//
// Thread safety: locked cache of immutable tables.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/generate/day_tables.h"
#include "lakeseed/generate/founder_picks.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

struct PickTable {
  /// What a pick reads of its cohort, together.
  struct Cohort {
    double low, high, shift;
    int64_t alive;
  };
  std::vector<double> until;  ///< Mass of cohorts 0 .. c < last from the left, infinity.
  std::vector<double> mass;
  std::vector<Cohort> cohorts;
  double total = 0;   ///< Of all masses.
  int32_t last = -1;  ///< Last cohort with somebody to pick; -1: none.
  /// First cohort to look at, by the mass beyond the founders', and its steps: several
  /// for each cohort, as very many of the young ones' share one step.
  std::vector<int32_t> guide{0};
  double guide_begin = 0, guide_scale = 0;
  FounderPicks founders;

  /// Nobody to pick, in the same memory.
  void Clear();
  /// Memory for `most` cohorts, as many as the last day has.
  void Reserve(size_t most);

  /// cohorts[i] = first cohort whose prefix is above share[i] of all mass: numpy's
  /// searchsorted(…, "right"). REQUIRES: last >= 0, shares in [0, 1).
  void FindOf(const double* shares, int64_t count, int32_t* cohorts) const;

 private:
  /// The same for a few of them.
  void FindBlock(const double* shares, int64_t count, int32_t* found) const;
};

class PickTables {
 public:
  explicit PickTables(const Population& population);

  std::shared_ptr<const PickTable> Get(int32_t day, const PickLaw& law);

 private:
  void Make(int32_t day, const PickLaw& law, const PickTable* near,
            PickTable* table) const;

  const Population& population_;
  DayTables<PickTable, PickLaw> cache_;
};

}  // namespace lakeseed
