#include "lakeseed/plan/arrived_rows.h"

#include <vector>

#include "lakeseed/plan/split.h"

namespace lakeseed {

int64_t ArrivedRows::Count(const BoundTable& table, RowRange root_places) const {
  // Of the day's own rows those that are held back are fewer than the others.
  const DayArrivals::Part part = arrivals_.PartAt(root_places);
  return CountUnder(dataset_, table, part.late) +
         RowsUnder(dataset_, table, part.own).length() -
         CountUnder(dataset_, table, part.held);
}

int64_t ArrivedRows::CountBefore(const BoundTable& table) const {
  const int64_t happened = root_.rows->Extent({day_, day_}).begin;
  const std::vector<int64_t> outstanding = root_.rows->arrival()->Outstanding(day_);
  return RowsUnder(dataset_, table, {happened, happened}).begin -
         CountUnder(dataset_, table, outstanding);
}

RowRange ArrivedRows::Under(const BoundTable& table, RowRange root_places) {
  if (table.parent < 0) return root_places;
  auto at = reached_.find(table.index);
  if (at == reached_.end() || at->second.root_place > root_places.begin) {
    const Reached first{places().begin, CountBefore(table)};
    at = reached_.insert_or_assign(table.index, first).first;
  }
  Reached& reached = at->second;
  const int64_t begin =
      reached.place + Count(table, {reached.root_place, root_places.begin});
  reached = {root_places.end, begin + Count(table, root_places)};
  return {begin, reached.place};
}

}  // namespace lakeseed
