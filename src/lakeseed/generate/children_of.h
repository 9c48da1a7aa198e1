// ChildrenOf: the children of some parents, and whose they are.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <vector>

#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

/// All children of `parents`, in their order: a range for a range of parents.
/// Those of parent i stand at [offsets[i], offsets[i + 1]).
/// \retval CapacityError  2^31 children or more; the caller asks for fewer parents.
arrow::Status ChildrenOf(const Fanout& fanout, const Rows& parents, Rows* children,
                         std::vector<int32_t>* offsets);

}  // namespace lakeseed
