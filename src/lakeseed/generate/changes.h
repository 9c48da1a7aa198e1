// Changes: which members of a population change on which day; version of a
// member on a day.
//
// Time is cut into cycles of P days from day 0. The stayers of a cycle are those
// born before it who live through its last day: a dense index space of N members.
// K = min(N, floor(rate * living in mid-cycle + u)) of them change, once each:
// stayer i iff x = pi(i) < K, on day cP + floor(x P / K).
// Law: exactly K changes in a cycle, none to the dead, at most one per member.
// Law: On(day) is the inverse of ChangeDay; change numbers are chronological.
//
// Thread safety: immutable but for the population's caches, which are locked.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

/// Length of a cycle so that at most 40 % change in one: min(91, 0.4 * 365 / per_year).
int32_t ChangePeriod(double per_year);

class Changes {
 public:
  /// `rate`: changes per member and cycle, in [0, 1]. The population must live
  /// longer and reach a cycle beyond the last day asked for.
  Changes(const Key& key, const Population& population, int32_t period, double rate);

  int32_t period() const { return period_; }
  /// Days 0 .. horizon() - 1 may be asked for: whole cycles only.
  int32_t horizon() const { return static_cast<int32_t>(planned_.size()) * period_; }
  const Population& population() const { return population_; }

  int64_t Stayers(int32_t cycle) const { return stayers_[static_cast<size_t>(cycle)]; }
  int64_t Planned(int32_t cycle) const { return planned_[static_cast<size_t>(cycle)]; }
  /// Changes before a cycle, and before a day.
  int64_t BeforeCycle(int32_t cycle) const { return before_[static_cast<size_t>(cycle)]; }
  int64_t Before(int32_t day) const;

  /// Number x of the member's change in the cycle, or -1.
  int64_t Change(int32_t cycle, int64_t id) const;
  /// Day of change x of the cycle, and its member.
  int32_t Day(int32_t cycle, int64_t x) const;
  int64_t At(int32_t cycle, int64_t x) const;
  /// Members that change on a day, in the order of their numbers.
  std::vector<int64_t> On(int32_t day) const;
  /// (day, global number) of each change of one member up to `day`.
  std::vector<std::pair<int32_t, int64_t>> History(int64_t id, int32_t day) const;

  /// Day and global number of each member's last change up to a day of its own; -1: none.
  void LastChangesOf(std::span<const int64_t> ids, const int32_t* days, int32_t* changed,
                     int64_t* numbers) const;
  /// Day of the first change after `day`, up to `last`, or kNoDay. REQUIRES: day >= -1.
  int32_t NextChange(int64_t id, int32_t day, int32_t last) const;

  /// Where a member stands for ever: looked up once for all cycles.
  struct Standing {
    int32_t cohort = 0;
    int64_t place = 0;
  };

  /// 1 + changes so far; 0 = not alive on that day. From -1 on.
  int32_t VersionAt(int64_t id, int32_t day) const;
  /// Block versions: each row on a day of its own, or all on one.
  /// \param standings  of the living for KeptUntil(), or nullptr.
  void VersionsOf(const Rows& ids, const int32_t* days, int32_t* versions,
                  Standing* standings = nullptr) const;
  void VersionsOf(const Rows& ids, int32_t day, int32_t* versions) const;

  /// A day for each member, later than its own: until then, that day left out, it surely
  /// keeps the version it has. REQUIRES: it lives on its day, and no day is below 0.
  void KeptUntil(std::span<const Standing> members, const int32_t* days,
                 int32_t* until) const;

  /// Which of `num_tracked` attributes version `version` >= 2 changes, as bits: never 0.
  uint64_t ChangedMask(int64_t id, int32_t version, int num_tracked) const;
  void ChangedMasksOf(const Rows& ids, int32_t version, int num_tracked,
                      uint64_t* masks) const;

 private:
  /// Members of a block side by side.
  struct Members;
  class LastDay;
  Standing StandingOf(int64_t id) const;
  /// The first cycle before which the member was born.
  int32_t FirstCycle(const Standing& member) const {
    return (member.cohort + period_ - 1) / period_;
  }
  int64_t ChangeOf(int32_t cycle, const Standing& member) const;
  /// The same for at most kPart members.
  void LastChangesOfPart(std::span<const int64_t> ids, const int32_t* days,
                         int32_t* changed, int64_t* numbers) const;
  /// KeptUntil() for some members.
  void KeptUntilOfPart(std::span<const Standing> members, const int32_t* days,
                       int32_t* until) const;
  /// The same for a block of rows.
  void VersionsOfBlock(const Rows& ids, const int32_t* days, int32_t* versions,
                       Standing* standings) const;
  /// Changes of a member that lives on `day`, up to it.
  int32_t CountUpTo(int64_t id, int32_t day) const;
  /// Set the versions of members [first, end), all of a day, to 1 + their changes in its
  /// cycle, or to 0. The living are moved to the place `living` and on; return its end.
  size_t StartVersions(int32_t day, size_t first, size_t end, size_t living,
                       Members* members, int32_t* versions) const;
  /// Add the changes of members [first, end), who live in that cycle, before it.
  void CountBefore(int32_t cycle, size_t first, size_t end, Members* members,
                   int32_t* versions) const;
  /// Changes of a cycle before a day of it.
  int64_t Cut(int32_t cycle, int32_t day_of_cycle) const;

  Key key_;
  const Population& population_;
  int32_t period_;
  std::vector<int64_t> stayers_, planned_, before_;  ///< By cycle; before_ has one more.
  std::vector<Bijection> bijections_;                ///< By cycle.
  /// By cycle: where each cohort starts among the living of its last day. Empty where
  /// they do not fit some bytes, or their numbers.
  std::vector<std::vector<uint32_t>> last_starts_;
  std::vector<int32_t> first_cycles_;  ///< Of each cohort, where there are those.
};

}  // namespace lakeseed
