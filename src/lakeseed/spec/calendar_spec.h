// CalendarSpec: `calendar: {of: days, from: 2023-01-01, …}`: a row for each day, or for
// each minute or second of a day, as the file says it.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

struct CalendarSpec {
  enum class Of { kDays, kMinutes, kSeconds };

  Of of = Of::kDays;
  DateRange days;                  ///< Of days: those that have a row.
  int32_t fiscal_start = 1;        ///< Month in which the fiscal year begins.
  bool is_named_by_start = false;  ///< The fiscal year has the number of its first year.
  std::optional<int32_t> settlement;  ///< Business days from trade to settlement.
  Place place;

  int64_t rows() const;
  /// Name of the column that other tables refer to by a day or a time.
  std::string_view key() const { return of == Of::kDays ? "date_key" : "time_key"; }
};

}  // namespace lakeseed
