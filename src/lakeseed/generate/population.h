// Population: entities that are born by a curve and leave by churn; who lives on
// a day, by random access both ways; who a fact of a day refers to.
//
// Ids count from 0 in birth order. Cohort 0 are the founders, born before day 0;
// cohort b + 1 are the births of day b.
// Law: member j of a cohort of n has the permanent standing r = pi(j); it lives at
// age a iff r < floor(n * S(a) + u): S = survival, u = one cell of the cohort. So
// the living of a day are a dense index space: k <-> (cohort, standing) <-> id.
// Law: births and deaths act at 00:00: birth day <= day of a fact < death day.
// Law: popularity is permanent: weight = ((r + v) / n)^-s; a fact of a day picks
// among the living in proportion to weight.
//
// Days are counted from the epoch; -1 is the day before, when only founders live.
//
// Thread safety: immutable but for caches, which are locked; any thread may ask.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class PermutationCache;
class PickTables;
struct LivingTable;

/// How a fact picks a member.
struct PickLaw {
  double s = 0;         ///< Exponent of popularity; 0: all alike.
  double offset = 0;    ///< Added to the shift: the founders' law is (r + 1 + offset)^-s.
  bool alive = true;    ///< Among the living of the day, else among all born so far.
  bool operator==(const PickLaw&) const = default;
};

/// Day of a death that the horizon does not reach.
inline constexpr int32_t kNoDay = INT32_MAX;

struct PopulationOptions {
  Key key;
  int64_t founders = 0;
  double churn = 0;      ///< Deaths per living member and day.
  Key founders_key;      ///< Birth days of founders.
  int64_t founders_since_days = 1;
  int64_t cache_bytes = 32 << 20;  ///< For permutations; values do not depend on it.
};

class Population {
 public:
  Population(const PopulationOptions& options, const DayIndex& births);
  ~Population();

  /// Days 0 .. horizon() - 1 may be asked for.
  int32_t horizon() const { return static_cast<int32_t>(size_.size()) - 1; }
  int64_t founders() const { return size_[0]; }
  const Key& key() const { return key_; }

  /// Ids born up to and including `day` are [0, Ever(day)). REQUIRES: day >= -1.
  int64_t Ever(int32_t day) const { return start_[static_cast<size_t>(day) + 2]; }
  int32_t Cohort(int64_t id) const;
  int32_t Birth(int64_t id) const { return Cohort(id) - 1; }  ///< -1 for founders.
  int64_t Standing(int64_t id) const;
  int64_t IdOf(int32_t cohort, int64_t standing) const;
  int64_t AliveCount(int32_t cohort, int32_t day) const;
  /// First day on which the member no longer lives, or kNoDay.
  int32_t Death(int64_t id) const;
  bool Alive(int64_t id, int32_t day) const;
  int64_t CohortSize(int32_t cohort) const { return size_[static_cast<size_t>(cohort)]; }
  int64_t CohortStart(int32_t cohort) const { return start_[static_cast<size_t>(cohort)]; }

  int64_t Living(int32_t day) const;
  /// The k-th living member of a day, and back (-1: does not live on it).
  int64_t Member(int32_t day, int64_t k) const;
  int64_t Index(int32_t day, int64_t id) const;
  RowRange BirthsOn(int32_t day) const { return {Ever(day - 1), Ever(day)}; }
  std::vector<int64_t> DeathsOn(int32_t day) const;  ///< Ascending.
  /// Prefix of the living by cohort: size day + 3, [c] = living of cohorts before c.
  std::shared_ptr<const LivingTable> Table(int32_t day) const;

  /// Block versions. Days of birth: real ones for founders too (below 0).
  void CohortsOf(const Rows& ids, int32_t* cohorts) const;
  void BornOf(const Rows& ids, int32_t* days) const;
  void DeathsOf(const Rows& ids, int32_t* days) const;

  /// Popularity of a member and the shift v of a cohort.
  double Weight(int64_t id, double s) const;
  double Shift(int32_t cohort) const;

  /// out[i] = member that fact `rows[i]` of days[i] refers to. Pure in each
  /// (key, row, day): the cut of the rows does not matter. Days in order are quick.
  /// REQUIRES: somebody lives (was born) on each day.
  void PickOf(const Key& key, const Rows& rows, const int32_t* days, const PickLaw& law,
              int64_t* out) const;
  int64_t Pick(const Key& key, int64_t row, int32_t day, const PickLaw& law) const;

 private:
  friend class PickTables;
  int64_t AliveAt(size_t cohort, int64_t age) const;

  Key key_, founders_key_;
  int64_t founders_since_days_;
  std::vector<int64_t> size_, start_;   ///< Of each cohort; start_ has one more.
  std::vector<int64_t> unbias_;         ///< u, 32 bits.
  std::vector<double> shift_;           ///< v.
  std::vector<int64_t> survival_;       ///< By age, in 2^-32.
  std::vector<Bijection> bijections_;   ///< By cohort.
  DayIndex births_;
  std::unique_ptr<PermutationCache> permutations_;
  std::unique_ptr<PickTables> tables_;
};

}  // namespace lakeseed
