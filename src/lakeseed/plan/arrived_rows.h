// ArrivedRows: the rows of a family of late events that arrive on one day, by places in
// order of arrival.
//
// Law: places of a table go on from day to day, so the files of all days have all of
// its rows, each once. Children arrive with their parents.
//
// Thread safety: one thread at a time.

#pragma once

#include <cstdint>
#include <map>

#include "lakeseed/generate/arrival.h"
#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

class ArrivedRows {
 public:
  /// `day` from the epoch. REQUIRES: `root` has an arrival; both live longer.
  ArrivedRows(const BoundDataset& dataset, const BoundTable& root, int32_t day)
      : dataset_(dataset),
        root_(root),
        day_(day),
        arrivals_(root.rows->arrival()->On(day)) {}

  /// Of the root.
  RowRange places() const { return arrivals_.places(); }
  /// Of a table of the family: those below some places of the root. Quick when asked
  /// in order.
  RowRange Under(const BoundTable& table, RowRange root_places);

 private:
  /// A place of the root, and of the table's row that comes next then.
  struct Reached {
    int64_t root_place, place;
  };

  /// Rows of the table below some places of the root.
  int64_t Count(const BoundTable& table, RowRange root_places) const;
  /// Rows of the table that arrive before the day.
  int64_t CountBefore(const BoundTable& table) const;

  const BoundDataset& dataset_;
  const BoundTable& root_;
  const int32_t day_;
  const DayArrivals arrivals_;
  std::map<int, Reached> reached_;  ///< By table.
};

}  // namespace lakeseed
