// DayRun: what generate-incremental and generate-series share: a stretch of days,
// made in batches, with the state beside the output.
//
// Thread safety: a command runs on the main thread.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// Today in UTC, days since 1970-01-01. The only place where the clock decides
/// what is made; the day is printed.
int32_t Today();

/// Make the days, or with --dry-run print what would be made.
arrow::Result<ExitCode> RunDays(const Arguments& arguments, DateRange days,
                                int64_t batch_days);

}  // namespace lakeseed
