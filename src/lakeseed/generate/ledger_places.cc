#include <algorithm>
#include <iterator>
#include <numeric>

#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/ledger.h"

namespace lakeseed {

Ledger::Places::Places(const Ledger& ledger, int32_t day) {
  int64_t count = 0;
  std::vector<int64_t> wide, beyond;  // Events, and their postings beyond one.
  const auto add = [&](int64_t event, int64_t postings) {
    if (postings < 2) return;
    wide.push_back(event);
    beyond.push_back(postings - 1);
  };
  for (const LedgerStream& stream : ledger.streams_) {
    begin_.push_back(count);
    const int64_t first = stream.EventsBefore(day);
    const int64_t events = stream.EventsBefore(day + 1) - first;
    if (stream.is_transfer) {
      for (int64_t e = 0; e < events; ++e) add(count + e, 2);
    } else if (stream.role == LedgerStream::Role::kGivesBack) {
      int64_t at = count;
      if (stream.returns.has_lengths()) {
        for (const Schedule::Event& one : stream.returns.On(stream.schedule, day)) {
          add(at++, stream.returns.LengthOf(one.number));
        }
      }
    } else if (stream.returns.has_lengths()) {
      for (int64_t e = 0; e < events; ++e) {
        add(count + e, stream.returns.LengthOf(first + e));
      }
    }
    count += events;
  }
  order_ = ledger.OrderOf(day, count);
  order_.ForwardOf(wide.data(), static_cast<int64_t>(wide.size()), wide.data());
  wide_.reserve(wide.size());
  for (size_t i = 0; i < wide.size(); ++i) wide_.emplace_back(wide[i], beyond[i]);
  std::sort(wide_.begin(), wide_.end());
  for (size_t i = 1; i < wide_.size(); ++i) wide_[i].second += wide_[i - 1].second;
}

int64_t Ledger::Places::Of(int32_t stream, int64_t event) const {
  const int64_t place = order_.Forward(begin_[static_cast<size_t>(stream)] + event);
  const auto after =
      std::lower_bound(wide_.begin(), wide_.end(), std::pair{place, int64_t{0}});
  return place + (after == wide_.begin() ? 0 : std::prev(after)->second);
}

std::vector<int32_t> Ledger::Places::OfAll() const {
  const auto size = static_cast<size_t>(order_.n());
  std::vector<int32_t> beyond(size), first(size);  // By place, by event.
  int32_t before = 0;
  for (size_t place = 0, wide = 0; place < size; ++place) {
    beyond[place] = before;
    if (wide == wide_.size() || wide_[wide].first != static_cast<int64_t>(place))
      continue;
    before = static_cast<int32_t>(wide_[wide++].second);
  }
  int64_t places[kBlockRows];
  for (size_t begin = 0; begin < size; begin += kBlockRows) {
    const size_t count = std::min<size_t>(kBlockRows, size - begin);
    std::iota(places, places + count, static_cast<int64_t>(begin));
    order_.ForwardOf(places, static_cast<int64_t>(count), places);
    for (size_t i = 0; i < count; ++i) {
      first[begin + i] =
          static_cast<int32_t>(places[i]) + beyond[static_cast<size_t>(places[i])];
    }
  }
  return first;
}

int64_t Ledger::Places::bytes() const {
  return static_cast<int64_t>(sizeof(*this) + begin_.capacity() * sizeof(begin_[0]) +
                              wide_.capacity() * sizeof(wide_[0]));
}

}  // namespace lakeseed
