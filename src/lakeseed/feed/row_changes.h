// RowChanges: which rows of a table appear, leave or may differ on a day.
//
// Events appear on their day, late ones on that of their arrival, and are looked back
// on until they are settled;
// members of populations are born, die, and change when they change, and their
// children with them; versions of a history come, and are closed once; static rows
// are there from before the first day.
//
// Laws:  order     rows of a later piece come after those of an earlier one, and
//                  in each list they ascend
//        complete  a row that is not among `stay` is the same on both days
//        cut       how rows are cut into pieces changes neither
//
// Thread safety: immutable; any number of threads may ask at once.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "lakeseed/feed/variation.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// Some rows of a table, by what happens to them.
struct RowPiece {
  Rows gone;  ///< There on the day before, and no more.
  Rows stay;  ///< There on both days; they may differ.
  Rows come;  ///< Not there on the day before.
};

class RowChanges {
 public:
  using Visit = std::function<arrow::Status(const RowPiece&)>;

  /// `variation` of all columns together; pieces of about `piece_rows` rows.
  RowChanges(const BoundDataset& dataset, const BoundTable& table,
             const Variation& variation, int64_t piece_rows);

  /// Days from the epoch. REQUIRES: day >= 1.
  arrow::Status Each(int32_t day, const Visit& visit) const;
  /// All rows that are there on a day, as if they came. REQUIRES: day >= 0.
  arrow::Status EachOf(int32_t day, const Visit& visit) const;

 private:
  enum class Fate { kStay, kCome };
  arrow::Status Cut(RowRange rows, Fate fate, const Visit& visit) const;
  arrow::Status EachEvent(int32_t day, const Visit& visit) const;
  /// Of late events, those that happened from day `first` on may differ.
  arrow::Status EachArrival(int32_t day, int32_t first, const Visit& visit) const;
  arrow::Status EachMember(int32_t day, const Visit& visit) const;
  arrow::Status EachCandidate(int32_t day, const Visit& visit) const;
  arrow::Status EachVersion(int32_t day, const Visit& visit) const;
  /// Rows of the table below some rows of its root.
  arrow::Result<Rows> Below(Rows roots) const;
  arrow::Status VisitBelow(Rows gone, Rows stay, Rows come, const Visit& visit) const;

  const BoundTable& table_;
  const BoundTable& root_;
  const BoundTable* base_ = nullptr;  ///< Of a history: the table of its members.
  const Variation variation_;
  const int64_t piece_rows_;
  std::vector<const Fanout*> path_;  ///< From below the root down to the table.
  int64_t piece_roots_ = 1;
};

}  // namespace lakeseed
