// CellMaker: the rows that a table should have, made again from the spec.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/row_range.h"
#include "lakeseed/base/sort_order.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/run/family_program.h"

namespace lakeseed {

class CellMaker {
 public:
  virtual ~CellMaker() = default;

  /// Rows from `row` on, at most `length`, and these columns of the table. Less than
  /// `length` only at the end of a day, where there may be none. Rows in order are
  /// quick.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Make(
      int64_t row, int64_t length, const std::vector<int>& columns) = 0;

  /// Rows of a table that go on for ever, by their numbers.
  static std::unique_ptr<CellMaker> OfRows(const BoundDataset& dataset, int table,
                                           AsOf as_of);
  /// The copy of the only member of a family on a day (from the epoch), or the rows of
  /// it that arrive on the day, by places.
  static std::unique_ptr<CellMaker> OfDay(const BoundDataset& dataset,
                                          const FamilyProgram& family, int32_t day,
                                          int64_t chunk_rows);
  /// Some rows of `maker`, in another order: as a file has them. It holds them all.
  static std::unique_ptr<CellMaker> Sorted(CellMaker* maker, const BoundTable& table,
                                           RowRange rows, const SortOrder& order,
                                           int64_t chunk_rows);
};

}  // namespace lakeseed
