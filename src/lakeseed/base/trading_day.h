// Trading days of the stock exchanges in New York, computed from rules: which days are
// open, and which of them close early.
//
// Closed: weekends, nine holidays (ten with Juneteenth from 2022 on) and Good Friday; a
// holiday on a Sunday is kept on Monday, one on a Saturday on Friday, but not New
// Year's Day; and single days of mourning and storm since 2001. Early close: the day
// after Thanksgiving, December 24 and July 3 where the holiday after them is kept on its
// own day.
//
// Law: pinned: a day's length is part of the law version, so it is never read from
// outside.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

enum class TradingDay { kClosed, kHalf, kFull };

/// `day`: days since 1970-01-01.
TradingDay TradingDayOf(int32_t day);

/// Minute of the day, in New York, at which the session of a half day ends: 13:00.
inline constexpr int32_t kEarlyClose = 13 * 60;

}  // namespace lakeseed
