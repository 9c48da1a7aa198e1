// LateShare: an entry of `late: {1d: 6%}` of a table of events.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>

namespace lakeseed {

/// Rows that become known `days` days after their event.
struct LateShare {
  int32_t days = 0;
  double share = 0;
};

}  // namespace lakeseed
