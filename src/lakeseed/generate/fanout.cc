#include "lakeseed/generate/fanout.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/quantiles.h"
#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

std::vector<int64_t> FirstImages(const Bijection& bijection, int64_t count) {
  std::vector<int64_t> images(static_cast<size_t>(count));
  std::iota(images.begin(), images.end(), int64_t{0});
  bijection.ForwardOf(images.data(), count, images.data());
  return images;
}

}  // namespace

arrow::Result<std::unique_ptr<Fanout>> Fanout::Make(const Key& key,
                                                    std::vector<int64_t> table,
                                                    FanoutMean mean,
                                                    std::vector<int64_t> cuts,
                                                    const CountLaw& law) {
  std::unique_ptr<Fanout> fanout(new Fanout);
  fanout->mass_ = MassOf(law);
  fanout->first_ = law.lo;
  ARROW_RETURN_NOT_OK(fanout->Init(key, std::move(table), mean, cuts));
  return fanout;
}

arrow::Status Fanout::Init(const Key& key, std::vector<int64_t> table, FanoutMean mean,
                           const std::vector<int64_t>& cuts) {
  key_ = key;
  size_ = static_cast<int64_t>(table.size());
  const auto [lo, hi] = std::minmax_element(table.begin(), table.end());
  lo_ = *lo;
  hi_ = *hi;
  if (mean.den == 0)
    mean = {std::accumulate(table.begin(), table.end(), int64_t{0}), size_};
  num_ = mean.num;
  den_ = mean.den;
  if (static_cast<__int128>(*lo) * mean.den > mean.num ||
      static_cast<__int128>(*hi) * mean.den < mean.num) {
    return RequestError(
        fmt::format("{} children for {} parents do not fit {} to {} children each",
                    mean.num, mean.den, *lo, *hi),
        "change the number of rows, or min and max of the count");
  }
  cuts_.push_back(0);
  for (const int64_t cut : cuts) {
    if (cut > cuts_.back()) cuts_.push_back(cut);
  }
  full_sum_ = mean.Of(size_);
  for (int64_t more = 0; more < 2; ++more) {
    const int64_t sum = std::min(full_sum_ + more, hi_ * size_);
    ARROW_ASSIGN_OR_RAISE(full_[static_cast<size_t>(more)],
                          FillTo(table, sum, lo_, hi_, mass_, first_));
  }
  table_ = std::move(table);
  return arrow::Status::OK();
}

int64_t Fanout::Start(int64_t parent) const {
  const auto next = std::upper_bound(cuts_.begin(), cuts_.end(), parent);
  const int64_t base = *(next - 1);
  return base + (parent - base) / size_ * size_;
}

int64_t Fanout::End(int64_t start) const {
  const auto next = std::upper_bound(cuts_.begin(), cuts_.end(), start);
  return next == cuts_.end() ? start + size_ : std::min(start + size_, *next);
}

int64_t Fanout::ChildrenBefore(int64_t start) const {
  return FanoutMean{num_, den_}.Of(start);
}

std::shared_ptr<const Fanout::Block> Fanout::Make(int64_t start) const {
  auto block = std::make_shared<Block>();
  block->begin = start;
  block->end = End(start);
  block->first_child = ChildrenBefore(start);
  const int64_t n = block->end - start;
  const int64_t sum = ChildrenBefore(block->end) - block->first_child;
  const Key key = key_.Sub(start);

  std::vector<int64_t> filled;
  if (n < size_) {
    const std::vector<int64_t> places = FirstImages(Bijection(key, size_), n);
    filled.resize(static_cast<size_t>(n));
    for (size_t i = 0; i < filled.size(); ++i) {
      filled[i] = table_[static_cast<size_t>(places[i])];
    }
    // Always reachable: min <= num / den <= max, and the sum is its floor or ceiling.
    filled = FillTo(std::move(filled), sum, lo_, hi_, mass_, first_).ValueOrDie();
  }
  const std::vector<int64_t>& counts =
      n < size_ ? filled : full_[static_cast<size_t>(sum - full_sum_)];
  const std::vector<int64_t> order = FirstImages(Bijection(key.Sub(1), n), n);
  block->prefix.resize(static_cast<size_t>(n) + 1);
  for (size_t i = 0; i < order.size(); ++i) {
    block->prefix[i + 1] =
        block->prefix[i] + static_cast<int32_t>(counts[static_cast<size_t>(order[i])]);
  }
  return block;
}

std::shared_ptr<const Fanout::Block> Fanout::BlockAt(int64_t start) const {
  auto& slot = cache_[static_cast<size_t>(start / size_) % kSlots];
  {
    const std::lock_guard lock(mutex_);
    if (slot != nullptr && slot->begin == start) return slot;
  }
  std::shared_ptr<const Block> block = Make(start);
  const std::lock_guard lock(mutex_);
  slot = block;
  return block;
}

// REQUIRES: there is such a child, so num_ > 0.
std::shared_ptr<const Fanout::Block> Fanout::BlockOfChild(int64_t child) const {
  int64_t start = Start(FanoutMean{den_, num_}.Of(child));
  while (ChildrenBefore(start) > child) start = Start(start - 1);
  while (ChildrenBefore(End(start)) <= child) start = End(start);
  return BlockAt(start);
}

int64_t Fanout::FirstChild(int64_t parent) const {
  const int64_t start = Start(parent);
  if (parent == start) return ChildrenBefore(start);
  return ChildrenBefore(start) +
         BlockAt(start)->prefix[static_cast<size_t>(parent - start)];
}

int64_t Fanout::Count(int64_t parent) const {
  const std::shared_ptr<const Block> block = BlockAt(Start(parent));
  const auto i = static_cast<size_t>(parent - block->begin);
  return block->prefix[i + 1] - block->prefix[i];
}

int64_t Fanout::Parent(int64_t child) const {
  const std::shared_ptr<const Block> block = BlockOfChild(child);
  const auto& prefix = block->prefix;
  const auto next = std::upper_bound(prefix.begin(), prefix.end(),
                                     static_cast<int32_t>(child - block->first_child));
  return block->begin + (next - prefix.begin()) - 1;
}

void Fanout::CountsOf(RowRange parents, int32_t* counts) const {
  for (int64_t parent = parents.begin; parent < parents.end;) {
    const std::shared_ptr<const Block> block = BlockAt(Start(parent));
    const int64_t end = std::min(parents.end, block->end);
    for (; parent < end; ++parent) {
      const auto i = static_cast<size_t>(parent - block->begin);
      *counts++ = block->prefix[i + 1] - block->prefix[i];
    }
  }
}

void Fanout::ParentsOf(const Rows& children, int64_t* parents) const {
  std::shared_ptr<const Block> block;
  size_t place = 0;  // Of the last parent found in the block: neighbours are near.
  for (int64_t i = 0; i < children.length(); ++i) {
    const int64_t child = children[i];
    if (block == nullptr || child < block->first_child || child >= block->end_child()) {
      block = BlockOfChild(child);
      place = block->prefix.size();
    }
    const auto inside = static_cast<int32_t>(child - block->first_child);
    const auto& prefix = block->prefix;
    if (place + 1 >= prefix.size() || prefix[place] > inside) {
      place = static_cast<size_t>(std::upper_bound(prefix.begin(), prefix.end(), inside) -
                                  prefix.begin() - 1);
    } else if (prefix[place + 1] <= inside) {
      const auto from = prefix.begin() + static_cast<int64_t>(place) + 1;
      if (children.is_range()) {
        while (prefix[place + 1] <= inside) ++place;
      } else {
        place = static_cast<size_t>(std::upper_bound(from, prefix.end(), inside) -
                                    prefix.begin() - 1);
      }
    }
    parents[i] = block->begin + static_cast<int64_t>(place);
  }
}

void Fanout::FirstChildrenOf(const Rows& parents, int64_t* children) const {
  std::shared_ptr<const Block> block;
  for (int64_t i = 0; i < parents.length(); ++i) {
    const int64_t parent = parents[i];
    if (block == nullptr || parent < block->begin || parent >= block->end) {
      block = BlockAt(Start(parent));
    }
    children[i] =
        block->first_child + block->prefix[static_cast<size_t>(parent - block->begin)];
  }
}

}  // namespace lakeseed
