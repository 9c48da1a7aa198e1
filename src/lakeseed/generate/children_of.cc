#include "lakeseed/generate/children_of.h"

#include <limits>
#include <utility>

namespace lakeseed {

arrow::Status ChildrenOf(const Fanout& fanout, const Rows& parents, Rows* children,
                         std::vector<int32_t>* offsets) {
  const int64_t n = parents.length();
  offsets->resize(static_cast<size_t>(n) + 1);
  offsets->front() = 0;
  int32_t* const ends = offsets->data() + 1;  // First the counts.
  std::vector<int64_t> first;
  if (parents.is_range()) {
    fanout.CountsOf(parents.range(), ends);
  } else {
    first.resize(static_cast<size_t>(n));
    fanout.FirstChildrenOf(parents, first.data());
    for (int64_t i = 0; i < n; ++i) {
      ends[i] = static_cast<int32_t>(fanout.Count(parents[i]));
    }
  }
  int64_t total = 0;
  for (int64_t i = 0; i < n; ++i) {
    total += ends[i];
    ends[i] = static_cast<int32_t>(total);
  }
  if (total > std::numeric_limits<int32_t>::max()) {
    return arrow::Status::CapacityError("more than 2^31 children in one batch");
  }
  if (parents.is_range()) {
    const int64_t begin = fanout.FirstChild(parents.range().begin);
    *children = Rows(RowRange{begin, begin + total});
    return arrow::Status::OK();
  }
  std::vector<int64_t> numbers;
  numbers.reserve(static_cast<size_t>(total));
  for (size_t i = 0; i < first.size(); ++i) {
    const int32_t count = ends[i] - (*offsets)[i];
    for (int32_t c = 0; c < count; ++c) numbers.push_back(first[i] + c);
  }
  *children = Rows(std::move(numbers));
  return arrow::Status::OK();
}

}  // namespace lakeseed
