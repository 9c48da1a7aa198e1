#include "lakeseed/generate/ledger.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

/// Sub-keys of a ledger.
constexpr int64_t kOrderOfDay = 2, kLevels = 4;

/// The member one step on in a keyed order: a permutation without fixed points (n > 1).
int64_t Partner(const Bijection& pairs, int64_t i, int64_t step) {
  const int64_t n = pairs.n();
  return pairs.Inverse((pairs.Forward(i) + step + n) % n);
}

}  // namespace

int64_t Ledger::EventsBefore(int32_t day) const {
  int64_t events = 0;
  for (const LedgerStream& stream : streams_) events += stream.EventsBefore(day);
  return events;
}

int64_t Ledger::PostingsBefore(int32_t day) const {
  int64_t postings = 0;
  for (const LedgerStream& stream : streams_) {
    postings += stream.EventsBefore(day) * (stream.is_transfer ? 2 : 1);
  }
  return postings;
}

int64_t Ledger::LevelOf(int64_t member) const {
  if (!levels_) return 1;
  const double level = levels_->At(Unit(Cell(key_.Sub(kLevels), member)));
  return std::max<int64_t>(RoundHalfAway(level), 1);
}

std::vector<Ledger::Cycle> Ledger::CyclesOf(int32_t day) const {
  std::vector<Cycle> cycles;
  for (const LedgerStream& stream : streams_) {
    Cycle& cycle = cycles.emplace_back();
    if (stream.sign == 0 || stream.members == 0) continue;
    const int32_t number = day / stream.schedule.period();
    cycle.order = stream.schedule.OrderOf(number);
    if (!stream.is_transfer) continue;
    cycle.pairs =
        Bijection(stream.own.Sub(number / stream.amounts.block()), stream.members);
  }
  return cycles;
}

int64_t Ledger::MovedBefore(int64_t member, int32_t day,
                            const std::vector<Cycle>& cycles) const {
  int64_t moved = 0;
  const int64_t level = LevelOf(member);
  for (size_t s = 0; s < streams_.size(); ++s) {
    const LedgerStream& stream = streams_[s];
    if (stream.sign == 0 || !stream.Has(member)) continue;
    const int64_t i = member - stream.first;
    const int32_t number = day / stream.schedule.period();
    const auto done = [&](int64_t who) {
      const int32_t own = stream.schedule.DayOf(cycles[s].order, number, who);
      return number + (own < day ? 1 : 0);
    };
    const Amounts& amounts = stream.amounts;
    moved += stream.sign * amounts.Total(i, done(i), stream.is_scaled ? level : 1);
    if (!stream.is_transfer) continue;
    // What came in: whole blocks, and what this block's sender has sent in it.
    const int64_t sender = Partner(cycles[s].pairs, i, -1);
    const int64_t block = number / amounts.block();
    moved += amounts.Total(sender, done(sender)) -
             amounts.Total(sender, block * amounts.block()) + block * amounts.sum();
  }
  return moved;
}

int64_t Ledger::MovedBefore(int64_t member, int32_t day) const {
  return MovedBefore(member, day, CyclesOf(day));
}

void Ledger::AddEvent(size_t number, int64_t event, int64_t member, int32_t day,
                      const Cycle& cycle, std::vector<Posting>* postings) const {
  const LedgerStream& stream = streams_[number];
  const int64_t level = stream.is_scaled ? LevelOf(member) : 1;
  const int64_t i = member - stream.first;
  Posting posting{.stream = static_cast<int32_t>(number), .member = member};
  if (stream.sign == 0) {
    posting.amount = stream.amounts.Draw(Cell(stream.own.Sub(day), event, 1), level);
  } else {
    posting.amount = stream.amounts.Amount(i, day / stream.schedule.period(), level);
  }
  posting.moved = stream.sign * posting.amount;
  if (!stream.is_transfer) return postings->push_back(posting);
  posting.counterparty = stream.first + Partner(cycle.pairs, i, 1);
  postings->push_back(posting);
  std::swap(posting.member, posting.counterparty);
  posting.moved = posting.amount;
  posting.is_second = true;
  postings->push_back(posting);
}

std::vector<Ledger::Posting> Ledger::PostingsOn(int32_t day,
                                                std::vector<int64_t>* balances) const {
  // Who has an event in which stream; then all of them in the order of the day.
  std::vector<std::vector<int64_t>> members(streams_.size());
  std::vector<int64_t> before{0};
  for (size_t s = 0; s < streams_.size(); ++s) {
    const LedgerStream& stream = streams_[s];
    if (stream.sign != 0) {
      members[s] = stream.schedule.MembersOn(day);
    } else {
      const Key key = stream.own.Sub(day);
      for (int64_t e = 0; e < stream.refused.Count(day); ++e) {
        members[s].push_back(Below(Cell(key, e), stream.members));
      }
    }
    before.push_back(before.back() + static_cast<int64_t>(members[s].size()));
  }
  std::vector<int64_t> order(static_cast<size_t>(before.back()));
  std::iota(order.begin(), order.end(), int64_t{0});
  Bijection(key_.Sub(kOrderOfDay).Sub(day), before.back())
      .InverseOf(order.data(), before.back(), order.data());

  const std::vector<Cycle> cycles = CyclesOf(day);
  std::vector<Posting> postings;
  postings.reserve(static_cast<size_t>(PostingsBefore(day + 1) - PostingsBefore(day)));
  for (size_t place = 0; place < order.size(); ++place) {
    const auto s =
        static_cast<size_t>(std::upper_bound(before.begin(), before.end(), order[place]) -
                            before.begin() - 1);
    const int64_t event = order[place] - before[s];
    const int64_t member = streams_[s].first + members[s][static_cast<size_t>(event)];
    const size_t first = postings.size();
    AddEvent(s, event, member, day, cycles[s], &postings);
    for (size_t i = first; i < postings.size(); ++i) {
      postings[i].place = static_cast<int32_t>(place);
    }
  }
  AddUp(day, cycles, &postings, balances);
  return postings;
}

void Ledger::AddUp(int32_t day, const std::vector<Cycle>& cycles,
                   std::vector<Posting>* postings, std::vector<int64_t>* balances) const {
  if (balances != nullptr) {
    for (Posting& posting : *postings) {
      int64_t& balance = (*balances)[static_cast<size_t>(posting.member)];
      if (balance == kUnknown) balance = MovedBefore(posting.member, day, cycles);
      posting.running = balance += posting.moved;
    }
    return;
  }
  // Only looked up, never gone through, so its order reaches no value.
  std::unordered_map<int64_t, int64_t> running;
  for (Posting& posting : *postings) {
    const auto [at, is_first] = running.try_emplace(posting.member, 0);
    if (is_first) at->second = MovedBefore(posting.member, day, cycles);
    posting.running = at->second += posting.moved;
  }
}

}  // namespace lakeseed
