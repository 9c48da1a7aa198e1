// Statistics of a file for the `stats` of Delta's add action.
//
// Laws: every value of the file but NaN lies between the bounds in any order that
// readers use; a bound that cannot be said exactly enough is left out. A wrong bound
// would make readers lose rows without a word.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

#include "lakeseed/write/data_file.h"

namespace lakeseed::delta {

/// JSON text: numRecords, minValues, maxValues, nullCount.
arrow::Result<std::string> StatisticsText(const DataFile& file);

/// A text of at most 32 characters that is not after `text`.
std::string LowerBound(std::string_view text);

/// A text that is not before `text`, nor before any that begins as it does; empty
/// when none of at most 64 characters is known.
std::string UpperBound(std::string_view text);

}  // namespace lakeseed::delta
