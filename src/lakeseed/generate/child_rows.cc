#include "lakeseed/generate/child_rows.h"

#include <vector>

namespace lakeseed {

namespace {

// out[i] = what `of` says of the parent of rows[i], each parent of a run asked once.
template <typename Value, typename Of>
void FromParents(const Fanout& fanout, const Rows& rows, const Of& of, Value* out) {
  if (rows.length() == 0) return;
  std::vector<int64_t> parents(static_cast<size_t>(rows.length()));
  fanout.ParentsOf(rows, parents.data());
  if (!rows.is_range()) return of(Rows(std::move(parents)), out);
  const RowRange run{parents.front(), parents.back() + 1};
  std::vector<Value> values(static_cast<size_t>(run.length()));
  of(Rows(run), values.data());
  for (size_t i = 0; i < parents.size(); ++i) {
    out[i] = values[static_cast<size_t>(parents[i] - run.begin)];
  }
}

}  // namespace

void ChildRows::DaysOf(const Rows& rows, int32_t* days) const {
  FromParents(
      *fanout_, rows,
      [&](const Rows& parents, int32_t* out) { parent_.DaysOf(parents, out); }, days);
}

void ChildRows::TimesOf(const Rows& rows, int64_t* times) const {
  FromParents(
      *fanout_, rows,
      [&](const Rows& parents, int64_t* out) { parent_.TimesOf(parents, out); }, times);
}

}  // namespace lakeseed
