// Rows that a family needs so that its main table has the target's rows.
//
// The target may count children: `main: order_items`. Then the events have the least
// number of rows whose children, by the mean of their law, reach the target, and the
// children are exactly so many.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <string>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

/// Rows in the window by name of table, from the main table up to the events that count
/// `main`; empty if those are the main table, or there are none above it.
/// \param target    scaled
/// \param constant  evaluates parameters
/// \retval Invalid  an impossible law of counts
arrow::Result<std::map<std::string, int64_t>> MainRows(
    const DatasetSpec& spec, int64_t target, const Params::ConstantEvaluator& constant);

}  // namespace lakeseed
