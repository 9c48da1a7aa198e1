#include "lakeseed/generate/ledger.h"

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

/// Sub-keys of a ledger.
constexpr int64_t kOrderOfDay = 2, kLevels = 4, kPurses = 5;

}  // namespace

int64_t Ledger::MomentsBefore(int32_t day) const {
  int64_t moments = 0;
  for (const LedgerStream& stream : streams_) moments += stream.MomentsBefore(day);
  return moments;
}

int64_t Ledger::PostingsBefore(int32_t day) const {
  int64_t postings = 0;
  for (const LedgerStream& stream : streams_) postings += stream.PostingsBefore(day);
  return postings;
}

void Ledger::LevelsOf(std::span<const int64_t> members, int64_t* levels) const {
  if (!levels_) {
    std::fill_n(levels, members.size(), 1);
    return;
  }
  const Key key = key_.Sub(kLevels);
  double values[kBlockRows];
  for (size_t begin = 0; begin < members.size(); begin += kBlockRows) {
    const size_t size = std::min<size_t>(kBlockRows, members.size() - begin);
    for (size_t i = 0; i < size; ++i) values[i] = Unit(Cell(key, members[begin + i]));
    levels_->Of({values, size}, values);
    for (size_t i = 0; i < size; ++i) {
      levels[begin + i] = std::max<int64_t>(RoundHalfAway(values[i]), 1);
    }
  }
}

int64_t Ledger::LevelOf(int64_t member) const {
  int64_t level = 1;
  LevelsOf({&member, 1}, &level);
  return level;
}

std::vector<Ledger::Cycle> Ledger::CyclesOf(int32_t day) const {
  std::vector<Cycle> cycles;
  for (const LedgerStream& stream : streams_) {
    Cycle& cycle = cycles.emplace_back();
    if (!stream.MovesByCycles() || stream.members == 0) continue;
    cycle.own = stream.schedule.CycleOf(day);
    const int32_t period = stream.schedule.period();
    if (!stream.returns.empty() && day >= period) {
      cycle.last = stream.schedule.CycleOf(day - period);
    }
    if (!stream.is_transfer) continue;
    cycle.pairs = Bijection(stream.own.Sub(cycle.own.number / stream.amounts.block()),
                            cycle.own.present.count());
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

int64_t Ledger::Partner(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                        int64_t step) {
  const Roster::Present& present = cycle.own.present;
  const bool is_constant = stream.schedule.members().is_constant();
  const int64_t n = cycle.pairs.n(), number = is_constant ? i : present.NumberOf(i);
  const int64_t partner =
      cycle.pairs.Inverse((cycle.pairs.Forward(number) + step + n) % n);
  return is_constant ? partner : present.MemberAt(partner);
}

int64_t Ledger::ReturnedAmount(const LedgerStream& stream, int64_t i, int32_t cycle,
                               int32_t step, int32_t steps, int64_t level) {
  if (stream.part) return stream.part->Amount(i, cycle, level);
  const int64_t number = int64_t{cycle} * stream.returns.longest() + step;
  const bool is_try = stream.tries.has_value() && step + 1 < steps;
  return is_try ? stream.tries->Amount(i, number)
                : stream.amounts.Amount(i, number, level);
}

int64_t Ledger::Received(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                         int32_t day) {
  // Whole blocks, and what this block's sender has sent in it.
  const Schedule& schedule = stream.schedule;
  const Amounts& amounts = stream.amounts;
  int64_t moved = schedule.GroupsBefore(cycle.own, i).with_events * amounts.sum();
  const Roster::Present& present = cycle.own.present;
  if (!schedule.members().is_constant() && present.NumberOf(i) < 0) return moved;
  const int64_t sender = Partner(stream, cycle, i, -1);
  const int64_t block = cycle.own.number / amounts.block();
  return moved + amounts.Total(sender, schedule.DoneBefore(cycle.own, sender, day)) -
         amounts.Total(sender, block * amounts.block());
}

int64_t Ledger::OpenBefore(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                           int32_t day, int64_t level) const {
  int64_t open = 0;
  const auto add = [&](const Schedule::Cycle& one) {
    const auto event = stream.schedule.EventIn(one, i);
    if (!event || event->day >= day) return;
    if (event->day + stream.returns.LagOf(event->number) < day) return;
    const int32_t steps = stream.returns.LengthOf(event->number);
    for (int32_t step = 0; step < steps; ++step) {
      open += ReturnedAmount(stream, i, one.number, step, steps, level);
    }
  };
  if (cycle.last) add(*cycle.last);
  add(cycle.own);
  return open;
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
    const Amounts& amounts = stream.amounts;
    const int64_t own_level = stream.is_scaled ? level : 1;
    if (!stream.returns.empty()) {
      moved += stream.sign * OpenBefore(stream, cycles[s], i, day, own_level);
      if (!stream.part) continue;
    }
    const int64_t done = stream.schedule.DoneBefore(cycle, i, day);
    moved += stream.sign * amounts.Total(i, done, own_level);
    if (const int32_t first = stream.schedule.CyclesOf(i).first; first > 0) {
      moved -= stream.sign * amounts.Total(i, first, own_level);
    }
    if (!stream.is_transfer) continue;
    // In a block in which nobody else was there it has not sent either.
    const Schedule::Groups blocks = stream.schedule.GroupsBefore(cycle, i);
    moved -= stream.sign * (blocks.all - blocks.with_events) * amounts.sum();
    moved += Received(stream, cycles[s], i, day);
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

int64_t Ledger::WholeOf(const Posting& posting) const {
  const LedgerStream& stream = streams_[static_cast<size_t>(posting.stream)];
  if (!stream.part || stream.role != LedgerStream::Role::kGivesBack) {
    return posting.amount;
  }
  const int64_t level = stream.is_scaled ? LevelOf(posting.member) : 1;
  return posting.amount + stream.amounts.Amount(posting.member - stream.first,
                                                posting.day / stream.schedule.period(),
                                                level);
}

const LedgerStream& Ledger::SourceOf(const LedgerStream& stream) const {
  const bool is_source = stream.role != LedgerStream::Role::kGivesBack;
  return is_source ? stream : streams_[static_cast<size_t>(stream.gives_back)];
}

Bijection Ledger::OrderOf(int32_t day, int64_t events) const {
  return Bijection(key_.Sub(kOrderOfDay).Sub(day), events);
}

}  // namespace lakeseed
