#include "lakeseed/generate/staged_fanout.h"

#include <algorithm>
#include <utility>

namespace lakeseed {

arrow::Result<std::unique_ptr<Fanout>> StagedFanout::Make(
    const Key& key, std::vector<int64_t> table, FanoutMean mean, RowRange window,
    const Funnel& funnel, int64_t per_stage) {
  std::unique_ptr<StagedFanout> fanout(new StagedFanout(funnel, per_stage, window));
  ARROW_RETURN_NOT_OK(
      fanout->Init(key, std::move(table), mean, {window.begin, window.end}));
  return fanout;
}

int64_t StagedFanout::max() const {
  return Fanout::max() + per_stage_ * (funnel_.stages() - 1);
}

FanoutMean StagedFanout::mean() const {
  if (window_.length() == 0) return Fanout::mean();
  return {FirstChild(window_.end) - FirstChild(window_.begin), window_.length()};
}

int64_t StagedFanout::FirstChild(int64_t parent) const {
  return Fanout::FirstChild(parent) + per_stage_ * funnel_.StagesBefore(parent);
}

int64_t StagedFanout::Count(int64_t parent) const {
  return Fanout::Count(parent) + per_stage_ * (funnel_.StageOf(parent) - 1);
}

// The last parent whose first child is not after the child; one without children has
// the first child of the next.
int64_t StagedFanout::Parent(int64_t child) const {
  int64_t low = 0;
  int64_t high = Fanout::mean().num == 0
                     ? funnel_.days().total()
                     : std::min(Fanout::Parent(child) + 1, funnel_.days().total());
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (FirstChild(middle) <= child ? low : high) = middle;
  }
  return low;
}

void StagedFanout::CountsOf(RowRange parents, int32_t* counts) const {
  if (parents.length() == 0) return;
  Fanout::CountsOf(parents, counts);
  std::vector<int64_t> before(static_cast<size_t>(parents.length()) + 1);
  funnel_.StagesBefore(parents, before.data());
  for (size_t i = 0; i + 1 < before.size(); ++i) {
    counts[i] += static_cast<int32_t>(per_stage_ * (before[i + 1] - before[i]));
  }
}

void StagedFanout::ParentsOf(const Rows& children, int64_t* parents) const {
  constexpr int64_t kAhead = 256;  ///< Parents counted at once, for neighbours.
  const int64_t size = children.length();
  const int64_t total = funnel_.days().total();
  RowRange known{0, 0};
  std::vector<int64_t> first;  ///< Of the known parents; one more at the end.
  size_t place = 0;
  for (int64_t i = 0; i < size; ++i) {
    const int64_t child = children[i];
    if (first.empty() || child < first[place] || child >= first.back()) {
      known.begin = Parent(child);
      known.end = children.is_range() ? Parent(children[size - 1]) + 1
                                      : std::min(known.begin + kAhead, total);
      first.resize(static_cast<size_t>(known.length()) + 1);
      FirstChildrenOf(Rows(RowRange{known.begin, known.end + 1}), first.data());
      place = 0;
    }
    while (first[place + 1] <= child) ++place;
    parents[i] = known.begin + static_cast<int64_t>(place);
  }
}

void StagedFanout::FirstChildrenOf(const Rows& parents, int64_t* children) const {
  constexpr int64_t kNear = 8;  ///< Parents left out between neighbours.
  Fanout::FirstChildrenOf(parents, children);
  const int64_t size = parents.length();
  std::vector<int64_t> before;
  for (int64_t begin = 0, end = 0; begin < size; begin = end) {
    const int64_t first = parents[begin];
    int64_t last = first;
    for (end = begin + 1; end < size; ++end) {
      if (parents[end] < last || parents[end] > last + kNear) break;
      last = parents[end];
    }
    before.resize(static_cast<size_t>(last - first) + 1);
    funnel_.StagesBefore({first, last}, before.data());
    for (int64_t i = begin; i < end; ++i) {
      children[i] += per_stage_ * before[static_cast<size_t>(parents[i] - first)];
    }
  }
}

}  // namespace lakeseed
