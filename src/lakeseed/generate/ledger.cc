#include "lakeseed/generate/ledger.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

/// Sub-keys of a ledger.
constexpr int64_t kOrderOfDay = 2, kLevels = 4, kPurses = 5;

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
    if (!stream.MovesByCycles() || stream.members == 0) continue;
    cycle.own = stream.schedule.CycleOf(day);
    if (!stream.is_transfer) continue;
    cycle.pairs = Bijection(stream.own.Sub(cycle.own.number / stream.amounts.block()),
                            stream.members);
  }
  return cycles;
}

const LedgerStream* Ledger::WithRole(LedgerStream::Role role) const {
  for (const LedgerStream& stream : streams_) {
    if (stream.role == role) return &stream;
  }
  return nullptr;
}

int32_t Ledger::OpensOn(int64_t member) const {
  const LedgerStream* stream = WithRole(LedgerStream::Role::kOpening);
  return stream == nullptr ? Roster::kAlways : stream->roster.OpensOn(member);
}

int32_t Ledger::ClosesOn(int64_t member) const {
  const LedgerStream* stream = WithRole(LedgerStream::Role::kClosing);
  return stream == nullptr ? Roster::kNever : stream->roster.ClosesOn(member);
}

const LedgerPurse* Ledger::PurseOf(int64_t member) const {
  for (const LedgerPurse& purse : purses_) {
    if (member >= purse.first && member < purse.first + purse.members) return &purse;
  }
  return nullptr;
}

int64_t Ledger::Brought(const LedgerPurse& purse, int64_t member) const {
  const uint64_t cell = Cell(key_.Sub(kPurses), member);
  const int64_t drawn = purse.amounts.Draw(cell, LevelOf(member));
  const int32_t closes = ClosesOn(member);
  if (closes == Roster::kNever) return drawn;
  // Whoever closes has something to take along, so that no posting is of nothing.
  return CyclesBefore(member, closes, CyclesOf(closes)) == -drawn ? drawn + 1 : drawn;
}

int64_t Ledger::HadBefore(int64_t member) const {
  const LedgerPurse* purse = PurseOf(member);
  return purse == nullptr || purse->opens ? 0 : Brought(*purse, member);
}

int64_t Ledger::MovedBefore(int64_t member, int32_t day,
                            const std::vector<Cycle>& cycles) const {
  const LedgerPurse* purse = purses_.empty() ? nullptr : PurseOf(member);
  if (purse == nullptr) return CyclesBefore(member, day, cycles);
  if (ClosesOn(member) < day) return -HadBefore(member);
  const bool has_opened = purse->opens && OpensOn(member) < day;
  return CyclesBefore(member, day, cycles) + (has_opened ? Brought(*purse, member) : 0);
}

int64_t Ledger::CyclesBefore(int64_t member, int32_t day,
                             const std::vector<Cycle>& cycles) const {
  int64_t moved = 0;
  const int64_t level = LevelOf(member);
  for (size_t s = 0; s < streams_.size(); ++s) {
    const LedgerStream& stream = streams_[s];
    if (!stream.MovesByCycles() || !stream.Has(member)) continue;
    const int64_t i = member - stream.first;
    const Schedule::Cycle& cycle = cycles[s].own;
    const auto done = [&](int64_t who) {
      return stream.schedule.DoneBefore(cycle, who, day);
    };
    const Amounts& amounts = stream.amounts;
    const int64_t own_level = stream.is_scaled ? level : 1;
    moved += stream.sign * amounts.Total(i, done(i), own_level);
    if (const int32_t first = stream.schedule.CyclesOf(i).first; first > 0) {
      moved -= stream.sign * amounts.Total(i, first, own_level);
    }
    if (!stream.is_transfer) continue;
    // What came in: whole blocks, and what this block's sender has sent in it.
    const int64_t sender = Partner(cycles[s].pairs, i, -1);
    const int64_t block = cycle.number / amounts.block();
    moved += amounts.Total(sender, done(sender)) -
             amounts.Total(sender, block * amounts.block()) + block * amounts.sum();
  }
  return moved;
}

int64_t Ledger::MovedBefore(int64_t member, int32_t day) const {
  return MovedBefore(member, day, CyclesOf(day));
}

void Ledger::MovedBefore(std::span<const int64_t> members, int32_t day,
                         int64_t* out) const {
  const std::vector<Cycle> cycles = CyclesOf(day);
  for (const int64_t member : members) *out++ = MovedBefore(member, day, cycles);
}

void Ledger::AddEvent(size_t number, int64_t event, int64_t member, int32_t day,
                      const Cycle& cycle, std::vector<Posting>* postings) const {
  const LedgerStream& stream = streams_[number];
  const int64_t level = stream.is_scaled ? LevelOf(member) : 1;
  const int64_t i = member - stream.first;
  Posting posting{.stream = static_cast<int32_t>(number), .member = member};
  if (stream.role != LedgerStream::Role::kCycles) {
    const LedgerPurse& purse = *PurseOf(member);
    posting.moved = Brought(purse, member);
    if (stream.role == LedgerStream::Role::kClosing) {
      posting.moved = -(posting.moved + CyclesBefore(member, day, CyclesOf(day)));
    }
    posting.amount = std::abs(posting.moved);
    return postings->push_back(posting);
  }
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

std::vector<int64_t> Ledger::MembersOn(const LedgerStream& stream, int32_t day) const {
  if (stream.role == LedgerStream::Role::kOpening) return stream.roster.OpeningOn(day);
  if (stream.role == LedgerStream::Role::kClosing) return stream.roster.ClosingOn(day);
  if (stream.sign != 0) return stream.schedule.MembersOn(day);
  std::vector<int64_t> members(static_cast<size_t>(stream.refused.Count(day)));
  const Key key = stream.own.Sub(day);
  const Roster::Present present = stream.roster.Between({day, day});
  for (size_t e = 0; e < members.size(); ++e) {
    const int64_t number = Below(Cell(key, static_cast<int64_t>(e)), present.count());
    members[e] = present.MemberAt(number);
  }
  return members;
}

std::vector<Ledger::Posting> Ledger::PostingsOn(int32_t day,
                                                std::vector<int64_t>* balances) const {
  // Who has an event in which stream; then all of them in the order of the day.
  std::vector<std::vector<int64_t>> members(streams_.size());
  std::vector<int64_t> before{0};
  for (size_t s = 0; s < streams_.size(); ++s) {
    const LedgerStream& stream = streams_[s];
    members[s] = MembersOn(stream, day);
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
