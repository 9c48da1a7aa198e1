#include "lakeseed/generate/ledger_day.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Members that have their first or their last posting on the day.
std::vector<int64_t> FirstOrLastOn(const LedgerStream& stream, int32_t day) {
  if (stream.role == LedgerStream::Role::kOpening) return stream.roster.OpeningOn(day);
  if (stream.role == LedgerStream::Role::kClosing) return stream.roster.ClosingOn(day);
  return {};
}

}  // namespace

LedgerDay::LedgerDay(const Ledger& ledger, int32_t day, int64_t slice_events)
    : ledger_(ledger),
      day_(day),
      slice_events_(slice_events),
      cycles_(ledger.CyclesOf(day)),
      places_(ledger, day) {
  for (const LedgerStream& stream : ledger.streams()) {
    const bool gives_back = stream.role == LedgerStream::Role::kGivesBack;
    given_back_.push_back(gives_back ? stream.returns.On(stream.schedule, day)
                                     : std::vector<Schedule::Event>());
    first_or_last_.push_back(FirstOrLastOn(stream, day));
  }
}

RowRange LedgerDay::EventsOf(int64_t slice) const {
  const int64_t first = slice * slice_events_;
  return {first, std::min(first + slice_events_, places_.num_events())};
}

int64_t LedgerDay::SliceOf(int64_t posting) const {
  int64_t slice = 0, end = num_slices();
  while (end - slice > 1) {
    const int64_t middle = slice + (end - slice) / 2;
    (Before(middle).postings <= posting ? slice : end) = middle;
  }
  return slice;
}

Ledger::Postings LedgerDay::PostingsOf(int64_t slice, LedgerBalances* balances) const {
  const RowRange range = EventsOf(slice);
  const int64_t count =
      places_.Before(range.end).postings - places_.Before(range.begin).postings;
  Ledger::Postings postings(static_cast<size_t>(count));
  const std::vector<LedgerPlaces::Event> all = places_.EventsAt(range);
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    for (end = begin + 1; end < all.size() && all[end].stream == all[begin].stream;)
      ++end;
    AddEvents(Events(all).subspan(begin, end - begin), &postings);
  }
  for (Ledger::Posting& posting : postings) {
    const std::optional<int64_t> known = balances->Of(posting.member);
    posting.running =
        posting.moved() +
        (known ? *known : ledger_.MovedBefore(posting.member, day_, cycles_));
    balances->Set(posting.member, posting.running);
  }
  return postings;
}

std::vector<int64_t> LedgerDay::MembersOf(const LedgerStream& stream,
                                          Events events) const {
  std::vector<int64_t> members;
  members.reserve(events.size());
  for (const LedgerPlaces::Event& event : events) members.push_back(event.number);
  if (stream.sign != 0) {
    const auto& cycle = cycles_[static_cast<size_t>(events[0].stream)].own;
    stream.schedule.MembersOf(cycle, day_, members, members.data());
    return members;
  }
  const Key key = stream.own.Sub(day_);
  const Roster::Present present = stream.roster.Between({day_, day_});
  for (int64_t& member : members) {
    member = present.MemberAt(Below(Cell(key, member), present.count()));
  }
  return members;
}

void LedgerDay::AddEvents(Events events, Ledger::Postings* postings) const {
  const auto number = static_cast<size_t>(events[0].stream);
  const LedgerStream& stream = ledger_.streams()[number];
  if (!stream.returns.empty()) return AddReturns(events, postings);
  if (stream.role != LedgerStream::Role::kCycles) return AddFirstOrLast(events, postings);
  const std::vector<int64_t> places = MembersOf(stream, events);
  std::vector<int64_t> members = places, amounts(places.size(), 1);
  for (int64_t& member : members) member += stream.first;
  if (stream.is_scaled) ledger_.LevelsOf(members, amounts.data());
  if (stream.sign == 0) {
    const Key key = stream.own.Sub(day_);
    for (size_t e = 0; e < amounts.size(); ++e) {
      const uint64_t cell = Cell(key, events[e].number, 1);
      amounts[e] = stream.amounts.Draw(cell, amounts[e]);
    }
  } else {
    stream.amounts.AmountsOf(places, day_ / stream.schedule.period(), amounts.data(),
                             amounts.data());
  }
  for (size_t e = 0; e < amounts.size(); ++e) {
    Ledger::Posting& posting = (*postings)[static_cast<size_t>(events[e].posting)];
    posting.member = members[e];
    posting.amount = amounts[e];
    posting.stream = static_cast<int16_t>(number);
    posting.sign = static_cast<int8_t>(stream.sign);
    if (stream.is_transfer) AddTransfer(posting, &posting);
  }
}

void LedgerDay::AddTransfer(Ledger::Posting sent, Ledger::Posting* postings) const {
  const auto number = static_cast<size_t>(sent.stream);
  const LedgerStream& stream = ledger_.streams()[number];
  const int64_t partner =
      Ledger::Partner(stream, cycles_[number], sent.member - stream.first, 1);
  sent.counterparty = stream.first + partner;
  *postings++ = sent;
  std::swap(sent.member, sent.counterparty);
  sent.sign = 1;
  sent.is_second = true;
  *postings = sent;
}

void LedgerDay::AddFirstOrLast(Events events, Ledger::Postings* postings) const {
  const auto number = static_cast<size_t>(events[0].stream);
  const LedgerStream& stream = ledger_.streams()[number];
  for (const LedgerPlaces::Event& event : events) {
    Ledger::Posting& posting = (*postings)[static_cast<size_t>(event.posting)];
    posting.member =
        stream.first + first_or_last_[number][static_cast<size_t>(event.number)];
    int64_t moved = ledger_.Brought(*ledger_.PurseOf(posting.member), posting.member);
    if (stream.role == LedgerStream::Role::kClosing) {
      moved = -(moved + ledger_.CyclesBefore(posting.member, day_, cycles_));
    }
    posting.amount = std::abs(moved);
    posting.stream = static_cast<int16_t>(number);
    posting.sign = moved < 0 ? -1 : 1;
  }
}

void LedgerDay::AddReturns(Events events, Ledger::Postings* postings) const {
  const auto number = static_cast<size_t>(events[0].stream);
  const LedgerStream& stream = ledger_.streams()[number];
  const LedgerStream& source = ledger_.SourceOf(stream);
  const Schedule& schedule = source.schedule;
  // What stays is moved with what comes back.
  const bool stays = source.part.has_value() && &stream == &source;
  const int64_t before = schedule.Before(day_);
  // In their own order: events of one day follow each other.
  std::vector<LedgerPlaces::Event> sorted(events.begin(), events.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  Schedule::Cycle cycle;
  int32_t cycle_day = -1;
  for (const LedgerPlaces::Event& one : sorted) {
    const auto [then, event] = &stream == &source
                                   ? Schedule::Event{day_, before + one.number}
                                   : given_back_[number][static_cast<size_t>(one.number)];
    if (then != cycle_day) cycle = schedule.CycleOf(cycle_day = then);
    Ledger::Posting posting{.member = source.first + schedule.MemberOf(cycle, event),
                            .day = then,
                            .event = static_cast<int32_t>(event - schedule.Before(then)),
                            .stream = static_cast<int16_t>(number),
                            .steps = static_cast<int8_t>(source.returns.LengthOf(event)),
                            .sign = static_cast<int8_t>(stream.sign)};
    const int64_t level = source.is_scaled ? ledger_.LevelOf(posting.member) : 1;
    for (; posting.step < posting.steps; ++posting.step) {
      posting.amount = Ledger::ReturnedAmount(source, posting.member - source.first,
                                              then / schedule.period(), posting.step,
                                              posting.steps, level);
      if (stays) {
        posting.amount += source.amounts.Amount(posting.member - source.first,
                                                then / schedule.period(), level);
      }
      (*postings)[static_cast<size_t>(one.posting + posting.step)] = posting;
    }
  }
}

int64_t LedgerDay::bytes() const {
  int64_t bytes = static_cast<int64_t>(sizeof(*this)) + places_.bytes();
  bytes += std::ssize(cycles_) * static_cast<int64_t>(sizeof(Ledger::Cycle));
  for (const auto& events : given_back_) {
    bytes += std::ssize(events) * static_cast<int64_t>(sizeof(Schedule::Event));
  }
  for (const auto& members : first_or_last_) {
    bytes += std::ssize(members) * static_cast<int64_t>(sizeof(int64_t));
  }
  return bytes;
}

}  // namespace lakeseed
