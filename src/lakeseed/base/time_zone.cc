#include "lakeseed/base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

int64_t SecondOf(int64_t microseconds) {
  const int64_t second = microseconds / kMicrosecondsPerSecond;
  return microseconds % kMicrosecondsPerSecond < 0 ? second - 1 : second;
}

// No zone is further than this from UTC, nor moves by more at once.
constexpr int64_t kWidest = 2 * 86400;

}  // namespace

TimeZone::TimeZone() {
  static const auto utc = std::make_shared<const Rules>(
      Rules{"UTC", {{std::numeric_limits<int64_t>::min(), 0, false, "UTC"}}});
  rules_ = utc;
}

arrow::Result<TimeZone> TimeZone::Load(std::string_view name) {
  TimeZone zone;
  if (name == "UTC") return zone;
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("time_zones"));
  ARROW_ASSIGN_OR_RAISE(const auto zones, table->Text("zone"));
  ARROW_ASSIGN_OR_RAISE(const auto from, table->Integers("from_utc"));
  ARROW_ASSIGN_OR_RAISE(const auto offset, table->Integers("offset_seconds"));
  ARROW_ASSIGN_OR_RAISE(const auto is_dst, table->Integers("is_dst"));
  ARROW_ASSIGN_OR_RAISE(const auto abbreviation, table->Text("abbreviation"));
  Rules rules{std::string(name), {}};
  std::vector<std::string_view> known;
  for (size_t i = 0; i < zones.size(); ++i) {
    if (known.empty() || known.back() != zones[i]) known.push_back(zones[i]);
    if (zones[i] != name) continue;
    if (!rules.transitions.empty() && from[i] <= rules.transitions.back().from) {
      return RequestError(
          fmt::format("time_zones: transitions are not in order: {}", name));
    }
    rules.transitions.push_back({from[i], static_cast<int32_t>(offset[i]), is_dst[i] != 0,
                                 std::string(abbreviation[i])});
  }
  if (rules.transitions.empty()) {
    std::string hint = DidYouMean(name, known);
    if (hint.empty()) hint = "zones have names like America/Chicago";
    return RequestError(fmt::format("unknown time zone: {}", name), std::move(hint));
  }
  zone.rules_ = std::make_shared<const Rules>(std::move(rules));
  return zone;
}

size_t TimeZone::IndexAt(int64_t second) const {
  const auto& list = rules_->transitions;
  const auto next =
      std::upper_bound(list.begin(), list.end(), second,
                       [](int64_t s, const Transition& one) { return s < one.from; });
  return next == list.begin() ? 0 : static_cast<size_t>(next - list.begin()) - 1;
}

int32_t TimeZone::OffsetAt(int64_t utc) const {
  return rules_->transitions[IndexAt(SecondOf(utc))].offset;
}

bool TimeZone::IsDaylightAt(int64_t utc) const {
  return rules_->transitions[IndexAt(SecondOf(utc))].is_daylight;
}

const std::string& TimeZone::AbbreviationAt(int64_t utc) const {
  return rules_->transitions[IndexAt(SecondOf(utc))].abbreviation;
}

int64_t TimeZone::ToLocal(int64_t utc) const {
  return utc + OffsetAt(utc) * kMicrosecondsPerSecond;
}

TimeZone::Stretch TimeZone::StretchAt(int64_t utc) const {
  const auto& list = rules_->transitions;
  const size_t i = IndexAt(SecondOf(utc));
  Stretch stretch{std::numeric_limits<int64_t>::min(),
                  std::numeric_limits<int64_t>::max(),
                  list[i].offset * kMicrosecondsPerSecond};
  if (i > 0) stretch.begin = list[i].from * kMicrosecondsPerSecond;
  if (i + 1 < list.size()) stretch.end = list[i + 1].from * kMicrosecondsPerSecond;
  return stretch;
}

int64_t TimeZone::ToUtc(int64_t local) const {
  const auto& list = rules_->transitions;
  const int64_t second = SecondOf(local);
  const int64_t fraction = local - second * kMicrosecondsPerSecond;
  // Between two transitions the wall clock runs evenly: take the first stretch in
  // which it reaches `local` before the stretch ends.
  for (size_t i = IndexAt(second - kWidest);; ++i) {
    const int64_t start = list[i].from;
    const int64_t reached = second - list[i].offset;
    if (i + 1 < list.size() && reached >= list[i + 1].from) continue;
    if (i > 0 && reached < start) return start * kMicrosecondsPerSecond;
    return reached * kMicrosecondsPerSecond + fraction;
  }
}

int64_t TimeZone::DayStart(int32_t day) const { return ToUtc(day * kMicrosecondsPerDay); }

int TimeZone::ElapsedHours(int32_t day) const {
  const int64_t length = DayStart(day + 1) - DayStart(day);
  return static_cast<int>((length + kMicrosecondsPerHour - 1) / kMicrosecondsPerHour);
}

std::vector<int> TimeZone::LabelledHours(int32_t day) const {
  const int64_t start = DayStart(day);
  std::vector<int> hours(static_cast<size_t>(ElapsedHours(day)));
  for (size_t h = 0; h < hours.size(); ++h) {
    const int64_t local = ToLocal(start + static_cast<int64_t>(h) * kMicrosecondsPerHour);
    hours[h] = static_cast<int>((local - DayOfTimestamp(local) * kMicrosecondsPerDay) /
                                kMicrosecondsPerHour);
  }
  return hours;
}

}  // namespace lakeseed
