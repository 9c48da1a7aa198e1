#include "lakeseed/generate/child_rows.h"

#include <span>
#include <vector>

#include "lakeseed/generate/spread.h"

namespace lakeseed {

namespace {

// out[i] = what `of` says of the parent of rows[i], each parent of a run asked once.
template <typename Value, typename Of>
void FromParents(const Fanout& fanout, const Rows& rows, const Of& of, Value* out) {
  if (rows.length() == 0) return;
  if (!rows.is_range()) {
    std::vector<int64_t> parents(static_cast<size_t>(rows.length()));
    fanout.ParentsOf(rows, parents.data());
    return of(Rows(std::move(parents)), out);
  }
  const RowRange children = rows.range();
  const RowRange parents{fanout.Parent(children.begin),
                         fanout.Parent(children.end - 1) + 1};
  std::vector<Value> values(static_cast<size_t>(parents.length()));
  std::vector<int32_t> offsets(values.size() + 1);
  of(Rows(parents), values.data());
  fanout.CountsOf(parents, offsets.data() + 1);
  // The first and the last parent may have children outside the rows.
  auto end = static_cast<int32_t>(fanout.FirstChild(parents.begin) - children.begin);
  for (size_t p = 1; p < offsets.size(); ++p) offsets[p] = end += offsets[p];
  offsets.back() = static_cast<int32_t>(children.length());
  SpreadRunsToChildren(std::span<const int32_t>(offsets), values.data(), out);
}

}  // namespace

void ChildRows::DaysOf(const Rows& rows, int32_t* days) const {
  FromParents(
      *fanout_, rows,
      [&](const Rows& parents, int32_t* out) { parent_.DaysOf(parents, out); }, days);
}

void ChildRows::ArrivalDaysOf(const Rows& rows, int32_t* days) const {
  FromParents(
      *fanout_, rows,
      [&](const Rows& parents, int32_t* out) { parent_.ArrivalDaysOf(parents, out); },
      days);
}

void ChildRows::TimesOf(const Rows& rows, int64_t* times) const {
  FromParents(
      *fanout_, rows,
      [&](const Rows& parents, int64_t* out) { parent_.TimesOf(parents, out); }, times);
}

}  // namespace lakeseed
