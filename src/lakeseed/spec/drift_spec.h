// DriftSpec: how the law of a drawn column or let moves in time, as the file says it.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lakeseed/spec/node.h"

namespace lakeseed {

/// From `by` on the law is `to`, for a share of the rows.
struct DriftStep {
  SpecNode to;                    ///< Parameters of the column's generator.
  int32_t by = 0;                 ///< Days since 1970-01-01.
  std::optional<SpecNode> share;  ///< A constant expression; unset: all rows.
  Place place;
};

/// `drift: 5% per year`, or `drift: {to: …, by: 2025-01-01, share: 30%}`, or a list of
/// such steps.
struct DriftSpec {
  std::optional<SpecNode> rate;  ///< A constant expression; what values grow by
  double unit_days = 0;          ///< in so many days.
  std::optional<int32_t> from;   ///< Day from which the law moves; unset: the epoch.
  std::vector<DriftStep> steps;  ///< Ascending in days; empty: a rate.
  Place place;
};

}  // namespace lakeseed
