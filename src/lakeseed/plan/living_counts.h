// LivingCounts: how many rows of a family belong to the members of a population
// that live on a day, by the ranges of members that files are cut at.
//
// Made in one pass over the members; what stays are numbers by range and day. For a
// single day only its living are looked at.
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
  /// For the members of `root` on `days` (from the epoch), and the rows of `tables`
  /// under them. REQUIRES: root.rows->population() != nullptr.
  LivingCounts(const BoundDataset& dataset, const BoundTable& root, DaySpan days,
               int64_t members_per_range, std::span<const BoundTable* const> tables);

  /// Rows of `table` under the members of range `range` that live on `day`.
  int64_t Count(const BoundTable& table, int64_t range, int32_t day) const;

 private:
  void CountDay(const BoundDataset& dataset, const BoundTable& root, int32_t day,
                int64_t members_per_range, std::span<const BoundTable* const> tables);

  /// Of one table: rows that come and that have gone, by range and day from -1.
  struct Flow {
    std::vector<std::vector<int64_t>> born, gone;
  };
  std::map<int, Flow> flows_;
  std::map<int, std::vector<int64_t>> one_day_;  ///< Instead, for a single day.
};

}  // namespace lakeseed
