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
#include <span>
#include <vector>

#include "lakeseed/base/bijection_family.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/member_table.h"
#include "lakeseed/generate/prefix_index.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class PickTables;
class PickedMembers;
class LivingTables;

/// How a fact picks a member.
struct PickLaw {
  double s = 0;       ///< Exponent of popularity; 0: all alike.
  double offset = 0;  ///< Added to the shift: the founders' law is (r + 1 + offset)^-s.
  bool alive = true;  ///< Among the living of the day, else among all born so far.
  bool operator==(const PickLaw&) const = default;
};

/// Day of a death that the horizon does not reach.
inline constexpr int32_t kNoDay = INT32_MAX;

struct PopulationOptions {
  Key key;
  int64_t founders = 0;
  double churn = 0;  ///< Deaths per living member and day.
  Key founders_key;  ///< Birth days of founders.
  int64_t founders_since_days = 1;
};

class Population {
 public:
  Population(const PopulationOptions& options, const DayIndex& births);
  ~Population();

  /// Days -1 .. horizon() - 1 may be asked for.
  int32_t horizon() const { return start_.groups() - 1; }
  int64_t founders() const { return start_[1]; }
  const Key& key() const { return key_; }

  /// Ids born up to and including `day` are [0, Ever(day)). REQUIRES: day >= -1.
  int64_t Ever(int32_t day) const { return start_[day + 2]; }
  int32_t Cohort(int64_t id) const { return start_.Find(id); }
  int32_t Birth(int64_t id) const { return Cohort(id) - 1; }  ///< -1 for founders.
  int64_t Standing(int64_t id) const;
  int64_t IdOf(int32_t cohort, int64_t standing) const;
  int64_t AliveCount(int32_t cohort, int32_t day) const;
  /// counts[c] = AliveCount(c, day) of the cohorts 0 .. day + 1.
  void AliveCountsOf(int32_t day, int64_t* counts) const;
  /// First day on which the member no longer lives, or kNoDay.
  int32_t Death(int64_t id) const;
  bool Alive(int64_t id, int32_t day) const;
  int64_t CohortSize(int32_t cohort) const { return start_.Size(cohort); }
  int64_t CohortStart(int32_t cohort) const { return start_[cohort]; }

  int64_t Living(int32_t day) const;
  /// The k-th living member of a day, and back (-1: does not live on it).
  int64_t Member(int32_t day, int64_t k) const;
  int64_t Index(int32_t day, int64_t id) const;
  RowRange BirthsOn(int32_t day) const { return {Ever(day - 1), Ever(day)}; }
  std::vector<int64_t> DeathsOn(int32_t day) const;  ///< Ascending.
  /// Those of `ids`, born up to `day`, that live on it; ascending.
  std::vector<int64_t> LivingAmong(RowRange ids, int32_t day) const;
  /// The living of a day by cohort: groups 0 .. day + 1, bounded cache.
  std::shared_ptr<const PrefixIndex> Table(int32_t day) const;

  /// Block versions. Days of birth: real ones for founders too (below 0).
  void CohortsOf(const Rows& ids, int32_t* cohorts) const;
  /// Cohorts and standings. REQUIRES: all have been or will be born.
  void StandingsOf(std::span<const int64_t> ids, int32_t* cohorts,
                   int64_t* standings) const;
  /// The way back: ids[i] = IdOf(cohorts[i], standings[i]); ids may be standings.
  void IdsOf(std::span<const int32_t> cohorts, const int64_t* standings,
             int64_t* ids) const;
  void BornOf(const Rows& ids, int32_t* days) const;
  void DeathsOf(const Rows& ids, int32_t* days) const;
  /// lives[i] = Alive(ids[i], days[i]), as 0 or 1. REQUIRES: as StandingsOf.
  void LivesOf(const Rows& ids, const int32_t* days, uint8_t* lives) const;

  /// Popularity of a member and the shift v of a cohort.
  double Weight(int64_t id, double s) const;
  double Shift(int32_t cohort) const;

  /// out[i] = member that fact `rows[i]` of days[i] refers to, -1 if there is none.
  /// Pure in each (key, row, day): the cut of the rows does not matter. Days in
  /// order are quick.
  void PickOf(const Key& key, const Rows& rows, const int32_t* days, const PickLaw& law,
              int64_t* out) const;
  int64_t Pick(const Key& key, int64_t row, int32_t day, const PickLaw& law) const;

 private:
  int32_t DeathOf(int32_t cohort, int64_t standing) const;
  /// visit(first, cohorts, standings) for blocks of all ids in order.
  template <typename Visit>
  void ForEachStandingBlock(const Rows& ids, Visit&& visit) const;
  /// `known`: where their standings are noted down, or nullptr.
  void PickOnDay(const Key& key, const Rows& rows, int32_t day, const PickLaw& law,
                 PickedMembers* known, int64_t* out) const;
  /// Standings of founders become ids.
  void FoundersOf(int64_t* standings, int64_t count) const;
  void PickUniform(const Key& key, const Rows& rows, int32_t day, const PickLaw& law,
                   int64_t* out) const;

  /// StandingsOf(), each of them computed.
  void ComputeStandings(std::span<const int64_t> ids, int32_t* cohorts,
                        int64_t* standings) const;

  const uint64_t number_;  ///< That of no other population.
  Key key_, founders_key_;
  int64_t founders_since_days_;
  PrefixIndex start_;              ///< Ids by cohort.
  std::vector<int64_t> unbias_;    ///< u of each cohort, 32 bits.
  std::vector<double> shift_;      ///< v of each cohort.
  std::vector<int64_t> survival_;  ///< By age, in 2^-32.
  BijectionFamily standings_;      ///< Of each cohort: member -> standing.
  MemberTable members_{standings_, start_};
  std::unique_ptr<LivingTables> living_;
  std::unique_ptr<PickTables> picks_;
};

}  // namespace lakeseed
