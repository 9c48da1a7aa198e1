#include "lakeseed/base/alias_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {
constexpr uint64_t kLastPlace = 0xFFFFFFFF;
}  // namespace

arrow::Result<AliasTable> AliasTable::Make(std::span<const double> weights) {
  if (weights.empty()) return RequestError("a choice needs at least one weight");
  double total = 0.0;
  for (double weight : weights) {
    if (!(weight >= 0.0) || std::isinf(weight)) {
      return RequestError(fmt::format("weight must be a number >= 0: {}", weight));
    }
    total += weight;
  }
  if (!(total > 0.0) || std::isinf(total)) {
    return RequestError(fmt::format("sum of weights must be above 0: {}", total),
                        "give at least one choice a weight above 0");
  }
  std::vector<double> probabilities(weights.begin(), weights.end());
  for (double& p : probabilities) p /= total;
  return FromProbabilities(std::move(probabilities));
}

AliasTable AliasTable::FromProbabilities(std::vector<double> probabilities) {
  AliasTable table;
  table.probabilities_ = std::move(probabilities);
  const size_t size = table.probabilities_.size();
  std::vector<double> scaled(size);
  // Both work lists in one piece of memory, from its two ends: together they never have
  // more than `size` buckets.
  std::vector<uint32_t> work(size);
  size_t small = 0, large = size;
  table.entries_.resize(size);
  table.cuts_.resize(size);
  // Places are multiples of 2^-53, so the first one that is not below is exact.
  const auto set = [&table](size_t bucket, double share, size_t alias) {
    const double place = share * 0x1p53;
    auto cut = static_cast<uint64_t>(place);
    cut += static_cast<double>(cut) < place;
    table.cuts_[bucket] = cut;
    table.entries_[bucket] = {static_cast<uint32_t>(std::min(cut >> 21, kLastPlace)),
                              static_cast<int32_t>(alias)};
  };
  const auto push = [&](size_t bucket) {
    work[scaled[bucket] < 1.0 ? small++ : --large] = static_cast<uint32_t>(bucket);
  };
  for (size_t i = 0; i < size; ++i) {
    scaled[i] = table.probabilities_[i] * static_cast<double>(size);
    set(i, 1.0, i);
    push(i);
  }
  while (small > 0 && large < size) {
    const size_t i = work[--small], j = work[large++];
    set(i, scaled[i], j);
    scaled[j] -= 1.0 - scaled[i];
    push(j);
  }
  return table;
}

}  // namespace lakeseed
