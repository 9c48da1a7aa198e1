#include "lakeseed/generate/hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
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

/// Rows that kernels work on at a time.
constexpr int64_t kBlock = 1024;

/// What a block divides stays below 2^63 with this by n rows.
constexpr int64_t kRowsByRows = int64_t{1} << 30;

/// Quotients stay below 2^50 with less weight for each row.
constexpr uint64_t kWeightByRow = uint64_t{1} << 17;

/// dividend / divisor, rounded down: a guess in doubles is wrong by one at most while
/// the quotient is below 2^50, and the rest says so.
[[gnu::always_inline]] inline uint64_t Divide(uint64_t dividend, double guess,
                                              uint64_t divisor) {
  const auto whole = static_cast<int64_t>(guess);
  // Of a product beyond 64 bits the lower ones tell.
  const auto rest =
      static_cast<int64_t>(dividend - static_cast<uint64_t>(whole) * divisor);
  return static_cast<uint64_t>(whole - (rest < 0 ? 1 : 0) +
                               (rest >= static_cast<int64_t>(divisor) ? 1 : 0));
}

/// x of rows [row, row + count): ((whole + i * step) << 32) + (((rest + i * step_rest)
/// << 32) + u * total) / size.
LAKESEED_KERNEL(void, WeightsOf,
                (Key key, int64_t row, int64_t count, uint64_t whole, uint64_t rest,
                 uint64_t total, uint64_t size, uint64_t* x),
                (key, row, count, whole, rest, total, size, x)) {
  const uint64_t step = total / size, step_rest = total % size;
  const double scale = 1.0 / static_cast<double>(size);
  for (int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<uint64_t>(i);
    const uint64_t u = Cell(key, row + i) >> 32;
    const uint64_t left = ((rest + at * step_rest) << 32) + u * total;
    const double guess = static_cast<double>(static_cast<int64_t>(left)) * scale;
    x[i] = ((whole + at * step) << 32) + Divide(left, guess, size);
  }
}

/// times[i] = start + floor((x[i] - before * 2^32) * length / (weight * 2^32)).
LAKESEED_KERNEL(void, PlacesInside,
                (const uint64_t* x, int64_t count, uint64_t before, int64_t length,
                 int64_t weight, int64_t start, int64_t* times),
                (x, count, before, length, weight, start, times)) {
  const uint64_t divisor = static_cast<uint64_t>(weight) << 32;
  const double scale = static_cast<double>(length) / static_cast<double>(divisor);
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t inside = x[i] - (before << 32);
    const double guess = static_cast<double>(static_cast<int64_t>(inside)) * scale;
    times[i] = start + static_cast<int64_t>(Divide(inside * static_cast<uint64_t>(length),
                                                   guess, divisor));
  }
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
// that moves on by addition: no wide division. It rises from row to row, so the rows
// of a stretch are neighbours.
void Hours::Fill(const Profile& profile, int64_t start, RowRange rows, int64_t k,
                 int64_t n, int64_t* times) const {
  const auto total = static_cast<uint64_t>(profile.total),
             size = static_cast<uint64_t>(n);
  const bool is_narrow = n <= kRowsByRows && total / size < kWeightByRow;
  const int64_t most = is_narrow ? std::min(kBlock, kRowsByRows / n) : 1;
  const Stretch* stretch = profile.stretches.data();
  const Stretch* const last = stretch + profile.stretches.size() - 1;
  uint64_t x[kBlock];
  for (int64_t row = rows.begin; row < rows.end;) {
    const int64_t count = std::min(most, rows.end - row);
    const Wide first = static_cast<Wide>(static_cast<uint64_t>(k)) * total;
    const auto whole = static_cast<uint64_t>(first / size);
    const auto rest = static_cast<uint64_t>(first % size);
    if (is_narrow) {
      WeightsOf(key_, row, count, whole, rest, total, size, x);
    } else {
      const uint64_t u = Cell(key_, row) >> 32;
      x[0] = (whole << 32) +
             static_cast<uint64_t>(
                 ((static_cast<Wide>(rest) << 32) + static_cast<Wide>(u) * total) / size);
    }
    for (const uint64_t *next = x, *end = x + count; next < end;) {
      const auto end_of = [](const Stretch& one) {
        return static_cast<uint64_t>(one.before + one.weight) << 32;
      };
      while (stretch != last && end_of(*stretch) <= *next) ++stretch;
      const uint64_t* const beyond =
          stretch == last ? end : std::lower_bound(next, end, end_of(*stretch));
      PlacesInside(next, beyond - next, static_cast<uint64_t>(stretch->before),
                   stretch->length, stretch->weight, start + stretch->begin,
                   times + (next - x));
      next = beyond;
    }
    times += count, row += count, k += count;
  }
}

void Hours::TimesOf(int32_t day, RowRange rows, int64_t k, int64_t n,
                    int64_t* times) const {
  if (rows.begin == rows.end) return;  // Of a day without rows: n is 0.
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
