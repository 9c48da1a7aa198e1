// What `--dry-run` prints.
//
// Thread safety: prints from the main thread.

#pragma once

#include <span>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {

/// Print the first plan with estimates, or as JSON with --json, and where else its
/// rows would go.
arrow::Result<ExitCode> PrintPlanned(const Arguments& arguments,
                                     std::span<const Plan> plans,
                                     const RunOptions& options);

}  // namespace lakeseed
