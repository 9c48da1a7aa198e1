#include "lakeseed/generate/schedule.h"

#include <fmt/format.h>

#include <numeric>

namespace lakeseed {

arrow::Result<Schedule> Schedule::Make(const Key& key, int64_t members, int32_t period,
                                       std::span<const int64_t> weights) {
  Schedule schedule;
  schedule.key_ = key;
  schedule.members_ = members;
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
  return schedule;
}

int64_t Schedule::Cut(int32_t day) const {
  const int32_t first = day / period_ * period_;
  const auto at = [&](int32_t d) { return before_[static_cast<size_t>(d)]; };
  if (day == first) return 0;
  const __int128 weight = at(day) - at(first), whole = at(first + period_) - at(first);
  return static_cast<int64_t>((weight * members_ + whole - 1) / whole);
}

int64_t Schedule::Before(int32_t day) const {
  return int64_t{day / period_} * members_ + Cut(day);
}

std::vector<int64_t> Schedule::MembersOn(int32_t day) const {
  const int64_t first = Cut(day);
  std::vector<int64_t> members(static_cast<size_t>(Count(day)));
  std::iota(members.begin(), members.end(), first);
  OrderOf(day / period_)
      .InverseOf(members.data(), static_cast<int64_t>(members.size()), members.data());
  return members;
}

int32_t Schedule::DayOf(const Bijection& order, int32_t cycle, int64_t member) const {
  const int64_t x = order.Forward(member);
  // The last day whose cut is not above x.
  int32_t low = cycle * period_, high = low + period_;
  while (high - low > 1) {
    const int32_t middle = low + (high - low) / 2;
    (Cut(middle) <= x ? low : high) = middle;
  }
  return low;
}

}  // namespace lakeseed
