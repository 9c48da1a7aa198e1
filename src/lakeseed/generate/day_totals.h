// DayTotals: sums over the rows of a table with days, by day and by a key of one or two
// whole numbers: what was sold of a product in a store on some days.
//
// Law: Of(days)->At(key) is the sum of the value over the rows of these days whose key
//      that is; rows with a null in their key belong to nobody.
// Law: the totals of days [a, c] are those of [a, b] and [b + 1, c] added up.
//
// Days count from the epoch. Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class BoundDataset;

using TotalKey = std::array<int64_t, 2>;

/// Sums by key. The hash reaches no value: keys are only looked up and added up.
class TotalsByKey {
 public:
  void Add(const TotalKey& key, int64_t value);
  void Add(const TotalsByKey& other);

  /// 0 for a key that has none.
  int64_t At(const TotalKey& key) const;
  /// Give back memory that no key takes.
  void Shrink() { entries_.shrink_to_fit(); }
  int64_t bytes() const;  ///< Of memory.

 private:
  using Entry = std::pair<TotalKey, int64_t>;

  /// The slot of the key, or the free one where it belongs.
  size_t SlotOf(const TotalKey& key) const;
  void Grow();

  std::vector<Entry> entries_;
  std::vector<int32_t> slots_;  ///< Places in entries_, or -1; at least half are free.
};

class DayTotals {
 public:
  using TotalsPtr = std::shared_ptr<const TotalsByKey>;

  virtual ~DayTotals() = default;
  /// From days.first to days.last; of no day if that is before it.
  virtual arrow::Result<TotalsPtr> Of(DaySpan days) const = 0;
};

/// Where totals come from: nodes of a table's graph, int64 all, none of which depends on
/// the as-of day.
struct TotalsSource {
  int table = -1;
  int value = -1;
  std::vector<int> keys;  ///< One or two.
};

/// Totals of a table's rows up to `last_day`; what comes later is not known. The dataset
/// may still be bound when this is called, and must live longer. Memory: the keys of the
/// days asked for; some answers are kept within a budget. One thread adds up at a time.
std::unique_ptr<const DayTotals> MakeDayTotals(const BoundDataset& dataset,
                                               TotalsSource source, int32_t last_day);

}  // namespace lakeseed
