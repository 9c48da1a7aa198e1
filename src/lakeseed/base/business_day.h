// Business days of the banks in the US, computed from rules: no weekends, no federal
// holidays; a holiday on a Sunday is kept on Monday, one on a Saturday is not kept (the
// rule of the Federal Reserve Banks).
//
// Law: pinned: a part of the law version, never read from outside.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

/// `day`: days since 1970-01-01, as all days here.
bool IsBusinessDay(int32_t day);

/// The n-th business day after `day`, or before it where n < 0; with n = 0 the day
/// itself, or else the next one that is a business day.
int32_t AddBusinessDays(int32_t day, int32_t n);

}  // namespace lakeseed
