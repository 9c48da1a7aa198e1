// LivingCounts: how many rows of a family belong to the members of a population
// that live on a day, by ranges of members.
//
// It holds a few numbers for every member ever born; a plan makes it, uses it and
// drops it.
//
// Thread safety: immutable after construction.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

class LivingCounts {
 public:
  /// For members born up to `last_day` (from the epoch) of `root`, and the rows of
  /// `tables` under them. REQUIRES: root.rows->population() != nullptr.
  LivingCounts(const BoundDataset& dataset, const BoundTable& root, int32_t last_day,
               std::span<const BoundTable* const> tables);

  /// Rows of `table` under the members of `ids` that live on `day`.
  int64_t Count(const BoundTable& table, RowRange ids, int32_t day) const;

 private:
  std::vector<int32_t> deaths_;                      ///< By member.
  std::map<int, std::vector<int64_t>> first_child_;  ///< By table and member.
};

}  // namespace lakeseed
