// What facts of a file say about days: dates in its path, bounds of a column.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lakeseed/base/time_zone.h"
#include "lakeseed/validate/facts.h"

namespace lakeseed {

/// The last full date in a path: 20240131, 2024-01-31, 2024/01/31,
/// year=2024/month=01/day=31.
std::optional<int32_t> DateOfPath(std::string_view path);

struct DayBounds {
  int32_t first = 0, last = 0;
};

/// Days of the least and the greatest instant or date of a column, in a zone.
std::optional<DayBounds> DaysOfColumn(const ColumnFacts& column, const TimeZone& zone);

}  // namespace lakeseed
