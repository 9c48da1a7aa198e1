// SlowNoise: what the members of a series are off by, and slow changes around it, a part
// of which all members of one metric share.
//
// Law: values are those of smooth_noise.h; what is kept from one row to the next only
//      saves work.
//
// Thread safety: none; belongs to one request.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/smooth_noise.h"

namespace lakeseed {

class SlowNoise {
 public:
  /// A member's own noise, which remembers where it is.
  struct Member {
    int64_t number = -1;
    double hours = 0;   ///< How slow it is.
    double offset = 0;  ///< Normal.
    std::optional<OctaveNoise> noise;
  };

  /// For so many members at most; `together` is the part of the variance that they share,
  /// 0 to 1.
  SlowNoise(const Key& key, double together, int64_t members);

  /// Until the next call.
  Member& MemberOf(int64_t number, double hours);
  /// Noise of unit variance at a second since 1970-01-01.
  double At(Member& member, int64_t metric, int64_t second);

 private:
  /// What the members of one metric share at an instant.
  struct Metric {
    int64_t number = -1, second = 0;
    double hours = 0, value = 0;
    std::vector<KnotPlace> places;
    std::optional<OctaveNoise> noise;
  };

  const Metric& MetricAt(int64_t number, int64_t second, double hours);

  Key key_;
  double together_, alone_;  ///< Weights.
  /// Where there are many members, or metrics, some of them have one place.
  std::vector<Member> members_;
  std::vector<Metric> metrics_;
};

}  // namespace lakeseed
