#include "lakeseed/generate/ledger_places.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "lakeseed/generate/ledger.h"

namespace lakeseed {

LedgerPlaces::LedgerPlaces(const Ledger& ledger, int32_t day) {
  int64_t count = 0;
  std::vector<int64_t> wide;  // Events.
  const auto add = [&](int64_t event, int32_t postings, int32_t moments) {
    if (postings < 2) return;
    wide.push_back(event);
    wide_.push_back({.postings = postings - 1, .moments = moments - 1});
  };
  for (const LedgerStream& stream : ledger.streams()) {
    begin_.push_back(count);
    const int64_t first = stream.EventsBefore(day);
    const int64_t events = stream.EventsBefore(day + 1) - first;
    if (stream.is_transfer) {
      for (int64_t e = 0; e < events; ++e) add(count + e, 2, 1);
    } else if (stream.role == LedgerStream::Role::kGivesBack) {
      int64_t at = count;
      if (stream.returns.has_lengths()) {
        for (const Schedule::Event& one : stream.returns.On(stream.schedule, day)) {
          const int32_t length = stream.returns.LengthOf(one.number);
          add(at++, length, length);
        }
      }
    } else if (stream.returns.has_lengths()) {
      for (int64_t e = 0; e < events; ++e) {
        const int32_t length = stream.returns.LengthOf(first + e);
        add(count + e, length, length);
      }
    }
    count += events;
  }
  order_ = ledger.OrderOf(day, count);
  order_.ForwardOf(wide.data(), static_cast<int64_t>(wide.size()), wide.data());
  for (size_t i = 0; i < wide.size(); ++i) {
    wide_[i].place = static_cast<int32_t>(wide[i]);
  }
  std::sort(wide_.begin(), wide_.end(),
            [](const Wide& a, const Wide& b) { return a.place < b.place; });
  for (size_t i = 1; i < wide_.size(); ++i) {
    wide_[i].postings += wide_[i - 1].postings;
    wide_[i].moments += wide_[i - 1].moments;
  }
}

std::vector<LedgerPlaces::Wide>::const_iterator LedgerPlaces::WideFrom(
    int64_t place) const {
  return std::lower_bound(wide_.begin(), wide_.end(), place,
                          [](const Wide& one, int64_t at) { return one.place < at; });
}

LedgerPlaces::Count LedgerPlaces::Before(int64_t place) const {
  const auto from = WideFrom(place);
  if (from == wide_.begin()) return {place, place};
  const Wide& last = *std::prev(from);
  return {place + last.postings, place + last.moments};
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
  const int64_t first = Before(places.begin).postings;
  auto wide = WideFrom(places.begin);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto stream = static_cast<size_t>(streams[i]);
    const int64_t place = places.begin + static_cast<int64_t>(i);
    const int64_t beyond = wide == wide_.begin() ? 0 : std::prev(wide)->postings;
    events[starts[stream]++] = {.stream = streams[i],
                                .posting = static_cast<int32_t>(place + beyond - first),
                                .number = numbers[i] - begin_[stream]};
    if (wide != wide_.end() && wide->place == place) ++wide;
  }
  return events;
}

int64_t LedgerPlaces::bytes() const {
  return static_cast<int64_t>(sizeof(*this) + begin_.capacity() * sizeof(begin_[0]) +
                              wide_.capacity() * sizeof(wide_[0]));
}

}  // namespace lakeseed
