// Split: which share of a table's rows is taken, exactly and evenly spread.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include "lakeseed/generate/strata.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

/// The rows that `{split: 0.7}` makes true, with the key of its column.
/// \retval Invalid  a share outside [0, 1]
arrow::Result<Strata> ReadSplit(Params& params, const Key& key);

}  // namespace lakeseed
