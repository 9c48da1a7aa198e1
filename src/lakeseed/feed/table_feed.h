// TableFeed: what happens to the rows of one table on a day, with their images
// before and after.
//
// Laws: apply    the table as of day d - 1 and the changes of day d give the table
//                as of day d
//       visible  every update differs in a column; each row has one change a day
//       cut      neither changes nor images depend on the size of the pieces
//
// Thread safety: immutable; any number of threads may ask at once.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "lakeseed/feed/row_changes.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {

enum class ChangeOp : uint8_t {
  kInsert,
  kUpdate,
  kDelete,
  kRead,  ///< A row that is there from before the feed's first day.
};

/// Changes of one table on one day, by row number.
struct ChangeBatch {
  int32_t day;  ///< From the epoch.
  std::vector<ChangeOp> ops;
  /// As of the day before: the rows of deletes and updates, in their order.
  std::shared_ptr<arrow::RecordBatch> before;
  /// As of the day: the rows of inserts, reads and updates, in their order.
  std::shared_ptr<arrow::RecordBatch> after;
};

class TableFeed {
 public:
  using Visit = std::function<arrow::Status(const ChangeBatch&)>;

  /// `dataset` must live longer. `piece_rows`: rows that are looked at at once.
  TableFeed(const BoundDataset& dataset, const BoundTable& table, int64_t piece_rows,
            arrow::MemoryPool* pool);

  const BoundTable& table() const { return table_; }
  const Variation& variation() const { return variation_; }

  /// Changes of a day, from the epoch; no empty batches. REQUIRES: day >= 1.
  arrow::Status Each(int32_t day, const Visit& visit) const;
  /// The table as of the end of a day, as reads. REQUIRES: day >= 0.
  arrow::Status EachOf(int32_t day, const Visit& visit) const;

 private:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Image(
      const Program& program, const std::vector<int>& columns, Rows rows,
      int32_t day) const;
  /// Those of `rows` that differ between the day before and the day.
  arrow::Result<std::vector<int64_t>> Differing(const Rows& rows, int32_t day) const;
  arrow::Status VisitPiece(const RowPiece& piece, int32_t day, const Visit& visit) const;

  const BoundDataset& dataset_;
  const BoundTable& table_;
  arrow::MemoryPool* const pool_;
  std::vector<int> columns_, varying_;  ///< Places in BoundTable::columns.
  Variation variation_;                 ///< Of all columns together.
  std::unique_ptr<Program> program_, varying_program_;
  std::unique_ptr<RowChanges> rows_;
};

}  // namespace lakeseed
