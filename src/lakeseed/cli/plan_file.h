// A plan read from a file, for `work` and `commit`.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/plan/plan.h"

namespace lakeseed {

/// \retval Invalid (exit code 2)  no such file, or not a plan.
arrow::Result<Plan> ReadPlanFile(const std::string& path);

}  // namespace lakeseed
