#include "lakeseed/generate/hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

using Wide = unsigned __int128;

constexpr double kThousand = 1000.0;
constexpr double kLargestWeight = 1e4;

const std::vector<int>& UsualLabels() {
  static const std::vector<int> labels = [] {
    std::vector<int> hours;
    for (int hour = 0; hour < 24; ++hour) hours.push_back(hour);
    return hours;
  }();
  return labels;
}

// floor(inside * length / (weight * 2^32)), the place inside a stretch; through a
// double, then corrected: the 128-bit division is ten times slower.
int64_t PlaceInside(uint64_t inside, int64_t length, int64_t weight) {
  const Wide product = static_cast<Wide>(inside) * static_cast<uint64_t>(length);
  const Wide divisor = static_cast<Wide>(static_cast<uint64_t>(weight)) << 32;
  const double guess = static_cast<double>(inside) * static_cast<double>(length) /
                       (static_cast<double>(weight) * 0x1p32);
  auto place = static_cast<uint64_t>(static_cast<int64_t>(guess));
  while (place > 0 && place * divisor > product) --place;
  while ((place + 1) * divisor <= product) ++place;
  return static_cast<int64_t>(place);
}

}  // namespace

arrow::Result<Hours> Hours::Make(const Key& key, const std::vector<double>& weights,
                                 TimeZone zone) {
  Hours hours;
  hours.key_ = key;
  hours.zone_ = std::move(zone);
  if (!weights.empty() && weights.size() != hours.weights_.size()) {
    return RequestError(fmt::format("hours need 24 weights: {}", weights.size()));
  }
  for (size_t hour = 0; hour < hours.weights_.size(); ++hour) {
    const double weight = weights.empty() ? 1.0 : weights[hour];
    if (!(weight >= 0 && weight <= kLargestWeight)) {
      return RequestError(fmt::format("weight of hour {} is not in 0 to {}: {}", hour,
                                      kLargestWeight, weight));
    }
    hours.weights_[hour] = static_cast<int64_t>(internal::Rint(weight * kThousand));
  }
  hours.usual_ = hours.ProfileOf(UsualLabels(), kMicrosecondsPerDay);
  if (hours.usual_.total == 0) {
    return RequestError("no hour of the day has a weight above 0");
  }
  return hours;
}

Hours::Profile Hours::ProfileOf(const std::vector<int>& labels, int64_t length) const {
  Profile profile;
  for (size_t i = 0; i < labels.size(); ++i) {
    const int64_t begin = static_cast<int64_t>(i) * kMicrosecondsPerHour;
    const int64_t size = std::min(kMicrosecondsPerHour, length - begin);
    // A day may end inside an hour where clocks move by half of one.
    const int64_t weight =
        weights_[static_cast<size_t>(labels[i])] * size / kMicrosecondsPerHour;
    if (weight == 0) continue;
    profile.stretches.push_back({begin, size, weight, profile.total});
    profile.total += weight;
  }
  return profile;
}

// x = ((k << 32) + u) * total / n in parts of 2^-32, kept as whole * 2^32 + a rest
// that moves on by addition: no wide division, no search.
void Hours::Fill(const Profile& profile, int64_t start, RowRange rows, int64_t k,
                 int64_t n, int64_t* times) const {
  const auto total = static_cast<uint64_t>(profile.total),
             size = static_cast<uint64_t>(n);
  const Wide first = static_cast<Wide>(static_cast<uint64_t>(k)) * total;
  auto whole = static_cast<uint64_t>(first / size);
  auto rest = static_cast<uint64_t>(first % size);
  const uint64_t step = total / size, step_rest = total % size;
  const bool narrow = n < (int64_t{1} << 31);
  const Stretch* stretch = profile.stretches.data();
  const Stretch* last = stretch + profile.stretches.size() - 1;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const uint64_t u = Cell(key_, row) >> 32;
    const uint64_t x =
        (whole << 32) + (narrow ? ((rest << 32) + u * total) / size
                                : static_cast<uint64_t>(((static_cast<Wide>(rest) << 32) +
                                                         static_cast<Wide>(u) * total) /
                                                        size));
    const auto weight = static_cast<int64_t>(x >> 32);
    while (stretch != last && stretch->before + stretch->weight <= weight) ++stretch;
    const uint64_t inside = x - (static_cast<uint64_t>(stretch->before) << 32);
    *times++ =
        start + stretch->begin + PlaceInside(inside, stretch->length, stretch->weight);
    whole += step;
    rest += step_rest;
    if (rest >= size) {
      rest -= size;
      ++whole;
    }
  }
}

void Hours::TimesOf(int32_t day, RowRange rows, int64_t k, int64_t n,
                    int64_t* times) const {
  const int64_t start = zone_.DayStart(day);
  const int64_t length = zone_.DayStart(day + 1) - start;
  if (length == kMicrosecondsPerDay) return Fill(usual_, start, rows, k, n, times);
  const Profile profile = ProfileOf(zone_.LabelledHours(day), length);
  // All weight may lie in the hour that a short day skips.
  Fill(profile.total > 0 ? profile : usual_, start, rows, k, n, times);
}

int64_t Hours::TimeOf(int32_t day, int64_t row, int64_t k, int64_t n) const {
  int64_t time = 0;
  TimesOf(day, {row, row + 1}, k, n, &time);
  return time;
}

}  // namespace lakeseed
