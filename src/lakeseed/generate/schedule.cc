#include "lakeseed/generate/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace lakeseed {

arrow::Result<Schedule> Schedule::Make(const Key& key, Roster members, int32_t period,
                                       std::span<const int64_t> weights) {
  Schedule schedule;
  schedule.key_ = key;
  schedule.members_ = std::move(members);
  schedule.period_ = period;
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
  for (int32_t cycle = 0; cycle <= cycles; ++cycle) {
    schedule.before_cycle_.push_back(schedule.before_cycle_.back() +
                                     schedule.PresentIn(cycle).count());
  }
  return schedule;
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

std::vector<int64_t> Schedule::MembersOn(int32_t day) const {
  const Cycle cycle = CycleOf(day);
  std::vector<int64_t> members(static_cast<size_t>(Count(day)));
  std::iota(members.begin(), members.end(), Cut(day, cycle.present.count()));
  cycle.order.InverseOf(members.data(), static_cast<int64_t>(members.size()),
                        members.data());
  if (members_.is_constant()) return members;
  for (int64_t& member : members) member = cycle.present.MemberAt(member);
  return members;
}

DaySpan Schedule::CyclesOf(int64_t member) const {
  const int32_t opens = members_.OpensOn(member), closes = members_.ClosesOn(member);
  // From the first cycle that begins after the member came to the last that ends before
  // it goes.
  const int32_t first = opens < 0 ? 0 : opens / period_ + 1;
  const int32_t end = closes == Roster::kNever ? closes : closes / period_;
  return {first, std::max(first, end) - 1};
}

int64_t Schedule::DoneBefore(const Cycle& cycle, int64_t member, int32_t day) const {
  if (!members_.is_constant()) {
    const DaySpan own = CyclesOf(member);
    if (cycle.number > own.last) return own.last + 1;
    if (cycle.number < own.first) return own.first;
  }
  const int64_t number = members_.is_constant() ? member : cycle.present.NumberOf(member);
  // Its day is the last one whose cut is not above its place in the cycle.
  const int32_t passed = day / period_ - cycle.number;
  const bool is_done = passed > 0 || (passed == 0 && cycle.order.Forward(number) <
                                                         Cut(day, cycle.present.count()));
  return cycle.number + (is_done ? 1 : 0);
}

}  // namespace lakeseed
