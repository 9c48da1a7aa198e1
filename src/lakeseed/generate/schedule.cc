#include "lakeseed/generate/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Draw of the cells that round the events of cycles; 0 and 1 are those of sub-keys.
constexpr int64_t kRounding = 2;

}  // namespace

arrow::Result<Schedule> Schedule::Make(const Key& key, Roster members, int32_t period,
                                       std::span<const int64_t> weights,
                                       const ScheduleTerms& terms) {
  Schedule schedule;
  schedule.key_ = key;
  schedule.members_ = std::move(members);
  schedule.period_ = period;
  schedule.terms_ = terms;
  const size_t whole =
      weights.size() / static_cast<size_t>(period) * static_cast<size_t>(period);
  schedule.before_.push_back(0);
  for (size_t day = 0; day < whole; ++day) {
    schedule.before_.push_back(schedule.before_.back() + weights[day]);
    const bool is_last = (day + 1) % static_cast<size_t>(period) == 0;
    const size_t first = day + 1 - (is_last ? static_cast<size_t>(period) : 0);
    if (is_last && schedule.before_[first] == schedule.before_[day + 1]) {
      return arrow::Status::Invalid(fmt::format(
          "no day of a cycle of {} days has a weight: day {} on", period, first));
    }
  }
  const auto cycles = static_cast<int32_t>(whole / static_cast<size_t>(period));
  schedule.before_cycle_.assign(1, 0);
  const double whole_share = 0x1p32;
  const auto share = static_cast<__int128>(terms.share * whole_share + 0.5);
  schedule.empty_.assign(1, 0);
  for (int32_t cycle = 0; cycle <= cycles; ++cycle) {
    const int64_t present = schedule.PresentIn(cycle).count();
    const __int128 rounding = Cell(key, cycle, kRounding) >> 32;
    const auto events = static_cast<int64_t>((present * share + rounding) >> 32);
    schedule.before_cycle_.push_back(schedule.before_cycle_.back() + events);
    if (cycle % terms.hold > 0) continue;
    schedule.empty_.push_back(schedule.empty_.back() + (present == 0 ? 1 : 0));
  }
  return schedule;
}

Roster::Present Schedule::PresentIn(int32_t cycle) const {
  const int32_t first = cycle / terms_.hold * group_days();
  Roster::Present present =
      members_.Between({first, first + group_days() - 1 + terms_.tail});
  return present.count() < terms_.least ? Roster::Present() : present;
}

int64_t Schedule::Cut(int32_t day, int64_t events) const {
  const int32_t first = day / period_ * period_;
  const auto at = [&](int32_t d) { return before_[static_cast<size_t>(d)]; };
  if (day == first) return 0;
  const __int128 weight = at(day) - at(first), whole = at(first + period_) - at(first);
  return static_cast<int64_t>((weight * events + whole - 1) / whole);
}

int64_t Schedule::Before(int32_t day) const {
  const int32_t cycle = day / period_;
  return before_cycle_[static_cast<size_t>(cycle)] + Cut(day, EventsIn(cycle));
}

Schedule::Cycle Schedule::CycleOf(int32_t day) const {
  const int32_t number = day / period_;
  Cycle cycle{.number = number, .present = PresentIn(number)};
  cycle.order = Bijection(key_.Sub(number), cycle.present.count());
  return cycle;
}

void Schedule::MembersOf(const Cycle& cycle, int32_t day, std::span<const int64_t> events,
                         int64_t* members) const {
  const int64_t before = Cut(day, EventsIn(cycle.number));
  std::transform(events.begin(), events.end(), members,
                 [&](int64_t event) { return before + event; });
  cycle.order.InverseOf(members, std::ssize(events), members);
  if (members_.is_constant()) return;
  for (size_t i = 0; i < events.size(); ++i) {
    members[i] = cycle.present.MemberAt(members[i]);
  }
}

DaySpan Schedule::CyclesOf(int64_t member) const {
  const int32_t opens = members_.OpensOn(member), closes = members_.ClosesOn(member);
  // From the first group that begins after the member came to the last that ends before
  // it goes.
  const int32_t first = opens < 0 ? 0 : opens / group_days() + 1;
  if (closes == Roster::kNever) return {first * terms_.hold, closes - 1};
  const int32_t end = std::max(closes - terms_.tail, 0) / group_days();
  return {first * terms_.hold, std::max(first, end) * terms_.hold - 1};
}

Schedule::Groups Schedule::GroupsBefore(const Cycle& cycle, int64_t member) const {
  const DaySpan own = CyclesOf(member);
  const int32_t first = own.first / terms_.hold;
  const int32_t after = own.last == Roster::kNever - 1
                            ? cycle.number / terms_.hold
                            : std::min(cycle.number, own.last + 1) / terms_.hold;
  Groups groups{.first = first, .all = std::max(after - first, 0)};
  if (groups.all == 0) return groups;
  groups.with_events = groups.all - (empty_[static_cast<size_t>(after)] -
                                     empty_[static_cast<size_t>(first)]);
  return groups;
}

int64_t Schedule::DoneBefore(const Cycle& cycle, int64_t member, int32_t day) const {
  int64_t number = member;
  if (!members_.is_constant()) {
    const DaySpan own = CyclesOf(member);
    if (cycle.number > own.last) return own.last + 1;
    if (cycle.number < own.first) return own.first;
    number = cycle.present.NumberOf(member);
    if (number < 0) return cycle.number / terms_.hold * terms_.hold;
  }
  // Its day is the last one whose cut is not above its place in the cycle.
  const int32_t passed = day / period_ - cycle.number;
  const bool is_done =
      passed > 0 ||
      (passed == 0 && cycle.order.Forward(number) < Cut(day, EventsIn(cycle.number)));
  return cycle.number + (is_done ? 1 : 0);
}

int64_t Schedule::MemberOf(const Cycle& cycle, int64_t event) const {
  const int64_t before = before_cycle_[static_cast<size_t>(cycle.number)];
  return cycle.present.MemberAt(cycle.order.Inverse(event - before));
}

std::optional<Schedule::Event> Schedule::EventIn(const Cycle& cycle,
                                                 int64_t member) const {
  const int64_t number = cycle.present.NumberOf(member);
  if (number < 0) return std::nullopt;
  const int64_t place = cycle.order.Forward(number), events = EventsIn(cycle.number);
  if (place >= events) return std::nullopt;
  int32_t day = cycle.number * period_, end = day + period_;
  while (end - day > 1) {
    const int32_t middle = day + (end - day) / 2;
    (Cut(middle, events) <= place ? day : end) = middle;
  }
  return Event{.day = day,
               .number = before_cycle_[static_cast<size_t>(cycle.number)] + place};
}

}  // namespace lakeseed
