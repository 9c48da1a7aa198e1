#include "lakeseed/generate/slow_noise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/function.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostMembers = 16384, kMostMetrics = 64;

/// Places for so many members, or metrics: a power of two.
size_t PlacesFor(int64_t members, int64_t most) {
  return std::bit_ceil(static_cast<size_t>(std::clamp<int64_t>(members, 1, most)));
}

/// The one of those places that a number has.
template <typename T>
T& PlaceIn(std::vector<T>* places, int64_t number) {
  return (*places)[static_cast<size_t>(number) & (places->size() - 1)];
}

/// Sub-keys.
enum : int64_t { kOwn = 3, kShared = 4, kOffset = 5 };

Octaves OctavesOf(double hours) {
  const auto seconds = static_cast<int64_t>(internal::Rint(hours * 3600));
  return {.period = std::max<int64_t>(seconds, 1)};
}

}  // namespace

SlowNoise::SlowNoise(const Key& key, double together, int64_t members)
    : key_(key),
      together_(std::sqrt(together)),
      alone_(std::sqrt(1 - together)),
      members_(PlacesFor(members, kMostMembers)),
      metrics_(PlacesFor(members, kMostMetrics)) {}

SlowNoise::Member& SlowNoise::MemberOf(int64_t number, double hours) {
  Member& kept = PlaceIn(&members_, number);
  if (kept.number == number && kept.hours == hours) return kept;
  kept = {.number = number,
          .hours = hours,
          .offset = NormalCell(key_.Sub(kOffset), number),
          .noise = OctaveNoise(key_.Sub(kOwn).Sub(number), OctavesOf(hours))};
  return kept;
}

const SlowNoise::Metric& SlowNoise::MetricAt(int64_t number, int64_t second,
                                             double hours) {
  Metric& kept = PlaceIn(&metrics_, number);
  const bool is_same = kept.number == number && kept.hours == hours;
  if (is_same && kept.second == second) return kept;
  const Octaves octaves = OctavesOf(hours);
  if (!is_same) {
    kept.number = number;
    kept.hours = hours;
    kept.noise.emplace(key_.Sub(kShared).Sub(number), octaves);
  }
  kept.second = second;
  SetPlaces(second, octaves, &kept.places);
  kept.value = kept.noise->At(kept.places);
  return kept;
}

double SlowNoise::At(Member& member, int64_t metric, int64_t second) {
  const Metric& shared = MetricAt(metric, second, member.hours);
  return together_ * shared.value + alone_ * member.noise->At(shared.places);
}

}  // namespace lakeseed
