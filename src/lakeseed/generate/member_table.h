// MemberTable: who has which standing: the ids of a population, kept once as many have
// been asked for as there are.
//
// It is pure and droppable: with it or without it the ids are the same. Of a population
// of more than kMostKept members nothing is kept, so memory has a bound.
//
// Thread safety: any number of threads.

#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "lakeseed/base/bijection_family.h"
#include "lakeseed/generate/prefix_index.h"

namespace lakeseed {

class MemberTable {
 public:
  /// Four megabytes of them.
  static constexpr int64_t kMostKept = int64_t{1} << 20;

  /// Both must live longer: of each cohort member -> standing, and ids by cohort.
  MemberTable(const BijectionFamily& standings, const PrefixIndex& start)
      : standings_(standings), start_(start) {}

  /// ids[start[c] + r] = the member of cohort c with standing r; nullptr where they are
  /// not kept. `wanted`: how many of them are asked for now.
  const int32_t* Ids(int64_t wanted) const;

 private:
  void Make() const;

  const BijectionFamily& standings_;
  const PrefixIndex& start_;
  mutable std::atomic<int64_t> asked_{0};
  mutable std::atomic<const int32_t*> made_{nullptr};
  mutable std::mutex mutex_;
  mutable std::vector<int32_t> ids_;
};

}  // namespace lakeseed
