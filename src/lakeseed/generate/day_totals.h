// DayTotals: sums over the rows of a table with days, by day and by a key of one or two
// whole numbers: what was sold of a product in a store on some days.
//
// Law: Of(days)->At(key) is the sum of the value over the rows of these days whose key
//      that is; rows with a null in their key belong to nobody.
// Law: Of knows the keys that rows of the asking table have, so that memory goes with
//      these and not with the rows that are added up; OfAll knows every key.
// Law: the totals of days [a, c] are those of [a, b] and [b + 1, c] added up.
//
// Days count from the epoch. Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/generate/row_space.h"
#include "lakeseed/generate/total_key.h"

namespace lakeseed {

class BoundDataset;

/// Sums by key, at about ten bytes a key: keys and sums that are small, as most are,
/// share a word. The hash reaches no value: keys are only looked up and added up.
class TotalsByKey {
 public:
  /// Of these keys, or of all if there are none.
  explicit TotalsByKey(std::shared_ptr<const TotalKeys> keys = nullptr)
      : keys_(std::move(keys)) {}

  /// Whether the sum of the key is known.
  bool Knows(const TotalKey& key) const { return keys_ == nullptr || keys_->Has(key); }
  /// Nothing, if it is a key that is not known.
  void Add(const TotalKey& key, int64_t value);
  void Add(const TotalsByKey& other);

  /// 0 for a key that has none.
  int64_t At(const TotalKey& key) const;
  /// Give back memory that no key takes.
  void Shrink() { Resize(used_); }
  int64_t bytes() const;  ///< Of memory.

 private:
  /// The slot of the key, or the free one where it belongs. REQUIRES: one is free.
  size_t SlotOf(uint64_t key) const;
  /// Slots for so many keys, and some more.
  void Resize(size_t keys);
  void AddPacked(uint64_t key, int64_t value);

  std::shared_ptr<const TotalKeys> keys_;
  std::vector<uint64_t> slots_;  ///< A packed key above its sum, or kFree.
  size_t used_ = 0;
  std::map<TotalKey, int64_t> wide_;  ///< What has no room in a word, beside that.
};

class DayTotals {
 public:
  using TotalsPtr = std::shared_ptr<const TotalsByKey>;

  virtual ~DayTotals() = default;
  /// From days.first to days.last; of no day if that is before it.
  virtual arrow::Result<TotalsPtr> Of(DaySpan days) const = 0;
  virtual arrow::Result<TotalsPtr> OfAll(DaySpan days) const = 0;
};

/// Where totals come from: nodes of a table's graph, int64 all, none of which depends on
/// the as-of day.
struct TotalsSource {
  int table = -1;
  int value = -1;
  std::vector<int> keys;  ///< One or two.
  /// The asking table, and the nodes of its keys.
  int asking = -1;
  std::vector<int> asked;
};

/// Totals of a table's rows up to `last_day`; what comes later is not known. The dataset
/// may still be bound when this is called, and must live longer. Known are the keys that
/// the asking table's rows have on the last day that it has rows on. Memory: keys of the
/// days asked for; some answers are kept within a budget. One thread adds up at a time.
std::unique_ptr<const DayTotals> MakeDayTotals(const BoundDataset& dataset,
                                               TotalsSource source, int32_t last_day);

}  // namespace lakeseed
