#include "lakeseed/generate/ledger_places.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <numeric>

#include "lakeseed/generate/ledger.h"

namespace lakeseed {

LedgerPlaces::LedgerPlaces(const Ledger& ledger, int32_t day) {
  int64_t count = 0;
  std::vector<int64_t> transfers, bursts;  // Events.
  const auto add_burst = [&](int64_t event, int32_t length) {
    if (length < 2) return;
    bursts.push_back(event);
    bursts_.push_back({.beyond = length - 1});
  };
  for (const LedgerStream& stream : ledger.streams()) {
    begin_.push_back(count);
    const int64_t first = stream.EventsBefore(day);
    const int64_t events = stream.EventsBefore(day + 1) - first;
    if (stream.is_transfer) {
      for (int64_t e = 0; e < events; ++e) transfers.push_back(count + e);
    } else if (stream.role == LedgerStream::Role::kGivesBack) {
      int64_t at = count;
      if (stream.returns.has_lengths()) {
        for (const Schedule::Event& one : stream.returns.On(stream.schedule, day)) {
          add_burst(at++, stream.returns.LengthOf(one.number));
        }
      }
    } else if (stream.returns.has_lengths()) {
      for (int64_t e = 0; e < events; ++e) {
        add_burst(count + e, stream.returns.LengthOf(first + e));
      }
    }
    count += events;
  }
  order_ = ledger.OrderOf(day, count);
  const auto to_places = [&](std::vector<int64_t>* events) {
    order_.ForwardOf(events->data(), std::ssize(*events), events->data());
  };
  to_places(&transfers);
  to_places(&bursts);
  const size_t words = static_cast<size_t>(count) / kWordBits + 1;
  transfers_.resize(words);
  for (const int64_t transfer : transfers) {
    const auto place = static_cast<size_t>(transfer);
    transfers_[place / kWordBits] |= uint64_t{1} << (place % kWordBits);
  }
  int32_t before = 0;
  for (size_t word = 0; word < words; ++word) {
    if (word % kBlockWords == 0) before_block_.push_back(before);
    before += std::popcount(transfers_[word]);
  }
  for (size_t i = 0; i < bursts.size(); ++i) {
    bursts_[i].place = static_cast<int32_t>(bursts[i]);
  }
  std::sort(bursts_.begin(), bursts_.end(),
            [](const Burst& a, const Burst& b) { return a.place < b.place; });
  for (size_t i = 1; i < bursts_.size(); ++i) bursts_[i].beyond += bursts_[i - 1].beyond;
}

int64_t LedgerPlaces::TransfersBefore(int64_t place) const {
  const auto at = static_cast<size_t>(place);
  const size_t end = at / kWordBits, block = end / kBlockWords;
  int64_t count = before_block_[block];
  for (size_t word = block * kBlockWords; word < end; ++word) {
    count += std::popcount(transfers_[word]);
  }
  const uint64_t below = (uint64_t{1} << (at % kWordBits)) - 1;
  return count + std::popcount(transfers_[end] & below);
}

int64_t LedgerPlaces::BeyondBefore(int64_t place) const {
  const auto from =
      std::lower_bound(bursts_.begin(), bursts_.end(), place,
                       [](const Burst& one, int64_t at) { return one.place < at; });
  return from == bursts_.begin() ? 0 : std::prev(from)->beyond;
}

LedgerPlaces::Count LedgerPlaces::Before(int64_t place) const {
  const int64_t moments = place + BeyondBefore(place);
  return {moments + TransfersBefore(place), moments};
}

int64_t LedgerPlaces::Of(int32_t stream, int64_t event) const {
  return Before(order_.Forward(begin_[static_cast<size_t>(stream)] + event)).postings;
}

std::vector<LedgerPlaces::Event> LedgerPlaces::EventsAt(RowRange places) const {
  std::vector<int64_t> numbers(static_cast<size_t>(places.length()));
  std::iota(numbers.begin(), numbers.end(), places.begin);
  order_.InverseOf(numbers.data(), places.length(), numbers.data());
  // Streams are few: where the events of each begin, by counting them.
  std::vector<int32_t> streams;
  std::vector<size_t> starts(begin_.size() + 1);
  streams.reserve(numbers.size());
  for (const int64_t number : numbers) {
    const auto after = std::upper_bound(begin_.begin(), begin_.end(), number);
    streams.push_back(static_cast<int32_t>(after - begin_.begin() - 1));
    ++starts[static_cast<size_t>(streams.back()) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<Event> events(numbers.size());
  auto burst =
      std::lower_bound(bursts_.begin(), bursts_.end(), places.begin,
                       [](const Burst& one, int64_t at) { return one.place < at; });
  int64_t beyond = burst == bursts_.begin() ? 0 : std::prev(burst)->beyond;
  int32_t posting = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto stream = static_cast<size_t>(streams[i]);
    const int64_t place = places.begin + static_cast<int64_t>(i);
    events[starts[stream]++] = {
        .stream = streams[i], .posting = posting, .number = numbers[i] - begin_[stream]};
    posting += IsTransfer(place) ? 2 : 1;
    if (burst == bursts_.end() || burst->place != place) continue;
    posting += static_cast<int32_t>(burst->beyond - beyond);
    beyond = burst++->beyond;
  }
  return events;
}

int64_t LedgerPlaces::bytes() const {
  return static_cast<int64_t>(sizeof(*this) + begin_.capacity() * sizeof(begin_[0]) +
                              transfers_.capacity() * sizeof(transfers_[0]) +
                              before_block_.capacity() * sizeof(before_block_[0]) +
                              bursts_.capacity() * sizeof(bursts_[0]));
}

}  // namespace lakeseed
