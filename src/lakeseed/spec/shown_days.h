// Which days a file shows, and so which of the columns with `since` or `until` it has.
//
// A file of a run by day shows its day. A file of a whole run shows the window, if its
// rows have days of their own (events, series and their children), or else the table as
// of one day.
//
// Law: a file has a column if the days that it shows touch the column's span.
//
// Thread safety: pure function.

#pragma once

#include <cstdint>
#include <optional>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// `file_day`: of a run by day. `as_of`: of the run; unset: each row as of its own day.
/// All days since 1970-01-01.
DateRange ShownDays(const DatasetSpec& dataset, const TableSpec& table,
                    std::optional<int32_t> file_day, std::optional<int32_t> as_of);

}  // namespace lakeseed
