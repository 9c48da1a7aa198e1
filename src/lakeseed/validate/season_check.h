// Seasons: the weekdays of an event table against its declared factors.

#pragma once

#include "lakeseed/validate/table_check.h"

namespace lakeseed {

/// Add the check of the weekdays of `$time` columns. It is loose: days have noise
/// of their own.
void AddSeasonChecks(CheckBuilder& builder);

}  // namespace lakeseed
