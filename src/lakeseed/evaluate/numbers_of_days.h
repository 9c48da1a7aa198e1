// NumbersOfDays: what an expression of `$day` is on each of some days: factors that the
// days of an event table are multiplied by.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/spec/expression.h"

namespace lakeseed {

/// The numbers of `count` days from `first` on, since 1970-01-01. `path` names the
/// expression in errors.
/// \retval Invalid  another name than `$day`, no number, one below 0 or above a million
arrow::Result<std::vector<double>> NumbersOfDays(const Expr& expression,
                                                 const std::string& path, int32_t first,
                                                 int32_t count);

}  // namespace lakeseed
