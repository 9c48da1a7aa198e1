// What `--dry-run` prints.
//
// Thread safety: prints from the main thread.

#pragma once

#include "lakeseed/cli/arguments.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {

/// Print a plan with estimates, or as JSON with --json.
ExitCode PrintPlanned(const Arguments& arguments, const Plan& plan,
                      const RunOptions& options);

}  // namespace lakeseed
