#include "lakeseed/generate/roster.h"

#include <algorithm>
#include <utility>

namespace lakeseed {

Roster::Roster(std::vector<Section> sections) : sections_(std::move(sections)) {
  starts_.push_back(0);
  for (const Section& section : sections_) {
    starts_.push_back(starts_.back() + section.count);
    is_constant_ = is_constant_ && !section.opens && !section.closes;
  }
}

std::optional<int32_t> Roster::DayOf(Days days, int64_t member) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), member);
  const auto s = static_cast<size_t>(after - starts_.begin()) - 1;
  const std::optional<DaySpan>& span = sections_[s].*days;
  if (!span) return std::nullopt;
  const int64_t length = int64_t{span->last} - span->first + 1;
  return span->first +
         static_cast<int32_t>((member - starts_[s]) * length / sections_[s].count);
}

int32_t Roster::OpensOn(int64_t member) const {
  return DayOf(&Section::opens, member).value_or(kAlways);
}

int32_t Roster::ClosesOn(int64_t member) const {
  return DayOf(&Section::closes, member).value_or(kNever);
}

int64_t Roster::Before(const Section& section, Days days, int32_t day) {
  const std::optional<DaySpan>& span = section.*days;
  if (!span || day <= span->first) return 0;
  // The first member whose day is not before: j * length / count >= day - first.
  const int64_t length = int64_t{span->last} - span->first + 1;
  const int64_t passed = int64_t{day} - span->first;
  return std::min(section.count, (passed * section.count + length - 1) / length);
}

int64_t Roster::SumBefore(Days days, int32_t day) const {
  int64_t sum = 0;
  for (const Section& section : sections_) sum += Before(section, days, day);
  return sum;
}

std::vector<int64_t> Roster::MembersOn(Days days, int32_t day) const {
  std::vector<int64_t> members;
  for (size_t s = 0; s < sections_.size(); ++s) {
    const int64_t end = starts_[s] + Before(sections_[s], days, day + 1);
    for (int64_t i = starts_[s] + Before(sections_[s], days, day); i < end; ++i) {
      members.push_back(i);
    }
  }
  return members;
}

int64_t Roster::OpenedBefore(int32_t day) const {
  return SumBefore(&Section::opens, day);
}
int64_t Roster::ClosedBefore(int32_t day) const {
  return SumBefore(&Section::closes, day);
}
std::vector<int64_t> Roster::OpeningOn(int32_t day) const {
  return MembersOn(&Section::opens, day);
}
std::vector<int64_t> Roster::ClosingOn(int32_t day) const {
  return MembersOn(&Section::closes, day);
}

Roster::Present Roster::Between(DaySpan days) const {
  Present present;
  for (size_t s = 0; s < sections_.size(); ++s) {
    const Section& section = sections_[s];
    const int64_t come =
        section.opens ? Before(section, &Section::opens, days.first) : section.count;
    const int64_t gone = Before(section, &Section::closes, days.last + 1);
    const RowRange range{starts_[s] + std::min(gone, come), starts_[s] + come};
    present.ranges_.push_back(range);
    present.count_ += range.length();
  }
  return present;
}

int64_t Roster::Present::MemberAt(int64_t number) const {
  for (const RowRange& range : ranges_) {
    if (number < range.length()) return range.begin + number;
    number -= range.length();
  }
  return -1;
}

int64_t Roster::Present::NumberOf(int64_t member) const {
  int64_t before = 0;
  for (const RowRange& range : ranges_) {
    if (member >= range.begin && member < range.end) return before + member - range.begin;
    before += range.length();
  }
  return -1;
}

}  // namespace lakeseed
