// MatchSpec: rows of a table of events that belong to rows of another, one to one.
//
// Thread safety: plain values.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

/// `match: {with: orders, where: is_online, stages: {cart: 0.08}}` beside `events:`.
struct MatchSpec {
  std::string with;   ///< The other table of events, which does not know of this one.
  std::string where;  ///< Its column that says which rows are matched; empty: all are.
  /// Stages between the first, which all rows reach, and the last, which those with a
  /// match reach: name and share of all rows, none greater than the one before.
  std::vector<std::pair<std::string, double>> stages;
  /// The rows with a match are among those of `events`, and not beside them.
  bool is_within = false;
  Place place;
};

}  // namespace lakeseed
