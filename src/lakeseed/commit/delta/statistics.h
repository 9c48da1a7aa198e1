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

#include "lakeseed/write/data_file.h"

namespace lakeseed::delta {

/// JSON text: numRecords, minValues, maxValues, nullCount.
arrow::Result<std::string> StatisticsText(const DataFile& file);

}  // namespace lakeseed::delta
