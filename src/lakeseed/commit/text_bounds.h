// Bounds for the statistics of table formats, as text: short, and never too narrow.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lakeseed {

/// A text of at most 32 characters that is not after `text`.
std::string LowerBound(std::string_view text);

/// A text that is not before `text`, nor before any that begins as it does; empty
/// when none of at most 64 characters is known.
std::string UpperBound(std::string_view text);

/// Whether a day is of the years 1 to 9999: readers know no other as text.
bool IsKnownDay(int64_t days);

}  // namespace lakeseed
