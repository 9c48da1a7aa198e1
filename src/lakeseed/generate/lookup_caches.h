// LookupCaches: attributes of parents, kept so that a million children do not
// compute their parent's state a million times.
//
// A cache holds one column of one table in blocks of rows, filled on demand, numbers
// and codes of a block in as many bits as they need. It is pure and droppable: with it
// or without it the values are the same (a test compares). A column that would not fit
// the budget is not cached at all, so memory never grows beyond it.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "lakeseed/generate/byte_budget.h"

namespace lakeseed {

class BoundDataset;

class LookupCaches {
 public:
  explicit LookupCaches(const BoundDataset& dataset);
  ~LookupCaches();

  /// Of all columns together.
  ByteBudget& budget() { return budget_; }

  /// Values of node `node` of table `table` at rows keys[i] - 1; a null key
  /// gives a null. Returns nullptr when the column is not cached, or not worth it for so
  /// few keys; the caller then computes the values itself. REQUIRES: the node does not
  /// depend on the as-of day.
  arrow::Result<std::shared_ptr<arrow::Array>> Lookup(int table, int node,
                                                      const arrow::Int64Array& keys,
                                                      arrow::MemoryPool* pool);

 private:
  class Column;
  arrow::Result<Column*> ColumnOf(int table, int node);

  const BoundDataset& dataset_;
  ByteBudget budget_;
  std::mutex mutex_;
  std::map<std::pair<int, int>, std::unique_ptr<Column>> columns_;
};

}  // namespace lakeseed
