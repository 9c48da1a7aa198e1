#include "lakeseed/generate/series_rows.h"

#include <algorithm>
#include <utility>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

constexpr std::string_view kOrderStream = "order";

}  // namespace

SeriesRows::SeriesRows(StepClock clock, Options options)
    : clock_(std::move(clock)),
      options_(std::move(options)),
      order_(RowStream(options_.root, options_.table, kOrderStream)) {
  for (const Part& part : options_.parts) members_ *= part.rows;
  before_.reserve(static_cast<size_t>(options_.days) + 1);
  steps_before_.reserve(static_cast<size_t>(options_.days) + 1);
  before_.push_back(0);
  steps_before_.push_back(0);
  open_before_.push_back(0);
  for (int32_t day = 0; day < options_.days; ++day) {
    const int32_t steps = clock_.Steps(options_.epoch + day);
    before_.push_back(before_.back() + (steps > 0 ? steps * MembersOn(day) : 0));
    steps_before_.push_back(steps_before_.back() + steps);
    open_before_.push_back(open_before_.back() + (steps > 0 ? 1 : 0));
  }
}

int64_t SeriesRows::Before(int32_t day) const {
  const auto at = std::clamp<int64_t>(day, 0, options_.days);
  return before_[static_cast<size_t>(at)];
}

int64_t SeriesRows::MembersOn(int32_t day) const {
  return grows() ? options_.growing->Extent({0, day}).end : members_;
}

int32_t SeriesRows::StepsOn(int32_t day) const {
  const auto at = static_cast<size_t>(day);
  return static_cast<int32_t>(steps_before_[at + 1] - steps_before_[at]);
}

int32_t SeriesRows::DayOf(int64_t row) const {
  const auto after = std::upper_bound(before_.begin(), before_.end(), row);
  return static_cast<int32_t>(after - before_.begin()) - 1;
}

int64_t SeriesRows::PlaceInStep(const Place& place) const {
  if (!options_.spread) return place.member;
  const Key key = order_.Sub(StepNumber(place.day, place.step));
  return Bijection(key, MembersOn(place.day)).Inverse(place.member);
}

void SeriesRows::PlacesOf(const Rows& rows, Place* places) const {
  Place step{.day = -1};
  int64_t first = 0, end = 0;  // Rows of the step.
  Bijection order;
  // Members of the rows of one step, in their order, many at once.
  constexpr int64_t kRun = 64;
  int64_t run[kRun], begin = 0;
  const auto permute = [&](int64_t to) {
    for (; options_.spread && begin < to; begin += std::min(kRun, to - begin)) {
      const int64_t count = std::min(kRun, to - begin);
      for (int64_t k = 0; k < count; ++k) run[k] = places[begin + k].member;
      order.ForwardOf(run, count, run);
      for (int64_t k = 0; k < count; ++k) places[begin + k].member = run[k];
    }
  };
  for (int64_t i = 0; i < rows.length(); ++i) {
    const int64_t row = rows[i];
    if (row < first || row >= end) {
      step.day = DayOf(row);
      const int64_t members = MembersOn(step.day);
      step.step = static_cast<int32_t>((row - Before(step.day)) / members);
      first = Before(step.day) + step.step * members;
      end = first + members;
      if (options_.spread) {
        permute(i);
        order = Bijection(order_.Sub(StepNumber(step.day, step.step)), members);
      }
    }
    places[i] = step;
    places[i].member = row - first;
  }
  permute(rows.length());
}

int64_t SeriesRows::RowOf(const Place& place) const {
  return Before(place.day) + place.step * MembersOn(place.day) + PlaceInStep(place);
}

int64_t SeriesRows::PartOf(int64_t member, size_t part) const {
  if (grows()) return member;
  for (size_t i = options_.parts.size() - 1; i > part; --i) {
    member /= options_.parts[i].rows;
  }
  return member % options_.parts[part].rows;
}

void SeriesRows::DaysOf(const Rows& rows, int32_t* days) const {
  int32_t day = 0;
  for (int64_t i = 0; i < rows.length(); ++i) {
    const int64_t row = rows[i];
    if (row < Before(day) || row >= Before(day + 1)) day = DayOf(row);
    days[i] = day;
  }
}

SeriesRows::Place SeriesRows::PlaceOfStep(int64_t number) const {
  const auto after = std::upper_bound(steps_before_.begin(), steps_before_.end(), number);
  const auto day = static_cast<int32_t>(after - steps_before_.begin()) - 1;
  return {.day = day, .step = static_cast<int32_t>(number - StepNumber(day, 0))};
}

std::pair<int64_t, int64_t> SeriesRows::SessionOf(int32_t day) const {
  if (clock_.is_daily()) return {DayStart(day), DayStart(day + 1)};
  return {clock_.Open(options_.epoch + day), clock_.Close(options_.epoch + day)};
}

void SeriesRows::TimesOf(const Rows& rows, int64_t* times) const {
  int64_t first = 0, end = 0, start = 0, length = 0, members = 0;
  const Key instants = order_.Sub(-1);
  StepTimes steps(*this);
  for (int64_t i = 0; i < rows.length(); ++i) {
    const int64_t row = rows[i];
    if (row < first || row >= end) {
      const int32_t day = DayOf(row);
      members = MembersOn(day);
      const auto step = static_cast<int32_t>((row - Before(day)) / members);
      first = Before(day) + step * members;
      end = first + members;
      start = steps.StartOf(day, step);
      length = steps.LengthOf(day, step);
    }
    times[i] = start;
    if (!options_.spread) continue;
    // Each place has a part of the step to itself.
    const int64_t begin = (row - first) * length / members;
    const int64_t width = (row - first + 1) * length / members - begin;
    times[i] += begin + Below(Cell(instants, row), width);
  }
}

Key SeriesRows::MemberStream(std::string_view purpose) const {
  std::string tables;
  for (const Part& part : options_.parts) {
    if (!tables.empty()) tables += "/";
    tables += part.table;
  }
  return RowStream(options_.root, tables, purpose);
}

}  // namespace lakeseed
