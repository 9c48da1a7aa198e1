// DayValues: attributes of members as they are on one day, kept for those that were asked
// for: of the many who refer to a member on a day only the first computes its state.
//
// They serve members of whom there are too many versions to keep all (VersionCache): a
// day has one of each. It is pure and droppable: with it or without it the values are
// the same. Of no more than kMostDays days values are kept, so memory has a bound.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "lakeseed/generate/byte_budget.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {

class DayValues {
 public:
  static constexpr size_t kMostDays = 2;

  /// Keep those nodes of a table; nullptr where one of them changes with something else
  /// than its member's version, or is no word of 4 or 8 bytes, or where a day has no room
  /// in the budget.
  static std::unique_ptr<DayValues> Make(const BoundDataset& dataset, int table,
                                         std::span<const int> nodes, ByteBudget* budget);
  ~DayValues();

  /// Values of one of the nodes at rows keys[i] - 1, each as of a day. nullptr: they are
  /// not kept, as it is not one day, or few keys were asked for on it, or late; the
  /// caller then computes them itself. REQUIRES: no null keys.
  arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(int node,
                                                        const arrow::Int64Array& keys,
                                                        const arrow::Int32Array& days,
                                                        arrow::MemoryPool* pool);

 private:
  /// Values of a day by row, those of each node side by side; 0: of the first node, that
  /// the row is not known. It may be, where 0 is its value: then it is made each time.
  class Words;
  struct Day {
    int32_t day;
    int64_t asked = 0;
    std::shared_ptr<Words> words;  ///< None before enough was asked for.
  };

  DayValues(const BoundDataset& dataset, int table, std::span<const int> nodes,
            ByteBudget* budget);

  /// Of the values of a day.
  int64_t BytesOfDay() const;
  /// Those of a day, of whom `wanted` more are asked for; nullptr: they are not kept.
  std::shared_ptr<Words> WordsOf(int32_t day, int64_t wanted);
  /// The values of a node of `keys`, which come to be known. False: one of them is null.
  template <typename Value>
  arrow::Result<bool> Read(size_t place, std::span<const int64_t> keys, int32_t day,
                           Words* words, Value* values, arrow::MemoryPool* pool) const;
  /// Compute the values of some rows and keep them; the same.
  arrow::Result<bool> Add(const std::vector<int64_t>& rows, int32_t day, Words* words,
                          arrow::MemoryPool* pool) const;

  const BoundDataset& dataset_;
  const int table_;
  const std::vector<int> nodes_;
  const Program program_;
  const int64_t num_rows_;
  ByteBudget* const budget_;

  std::mutex mutex_;
  std::vector<Day> days_;  ///< The latest ones.
};

}  // namespace lakeseed
