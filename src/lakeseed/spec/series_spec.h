// SeriesSpec: `series: {of: symbols, every: 5m, between: "09:30-16:00", …}`: a row for
// each step of time and each member, as the file says it.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/step_clock.h"
#include "lakeseed/spec/expression.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {

struct SeriesSpec {
  /// How long a step is: `5m`, or so many minutes, seconds, or steps of a minute as an
  /// expression over parameters.
  enum class Unit { kMicrosecond, kSecond, kMinute, kPerMinute };

  /// Tables whose rows are the members, each with each; one alone may grow.
  std::vector<std::string> of;
  ExprPtr every;
  Unit unit = Unit::kMicrosecond;
  int32_t open = 0;  ///< Minute of the day at which a session begins.
  int32_t close = 24 * 60;
  OpenDays on = OpenDays::kEvery;
  std::string zone = "UTC";
  /// The members of a step come one after another in the course of the step, in an order
  /// of their own, not all at its begin.
  bool spread = false;
  Place place;
};

}  // namespace lakeseed
