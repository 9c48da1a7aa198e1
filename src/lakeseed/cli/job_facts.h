// JobFacts of a command line: what the log of runs keeps of it.
//
// Thread safety: pure but for the log.

#pragma once

#include "lakeseed/cli/arguments.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/run/runner.h"
#include "lakeseed/state/day_facts.h"

namespace lakeseed {

/// All that the command line and the dataset say.
JobFacts JobOf(const Arguments& arguments, const BoundDataset& dataset,
               const std::string& output, const RunOptions& run);

/// Log a run that made the whole window, where there is a state file beside the
/// output. Files are what counts: a log that cannot be written is only noted.
void LogWholeRun(const Arguments& arguments, const BoundDataset& dataset,
                 const Plan& plan, const RunOptions& run, const RunReport& report);

}  // namespace lakeseed
