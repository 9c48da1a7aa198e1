// Tables with `history_of:`: what they take from the population whose versions they
// hold.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <string_view>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/error_list.h"

namespace lakeseed {

/// Name of the entry that stands for all columns of the base table:
/// `"*": customers`, or `"*": {of: customers, except: [a, b]}`.
inline constexpr std::string_view kAllColumns = "*";

/// Check the base of each history, and replace each "*" by the base's columns that the
/// table does not name otherwise, as expressions `base.column`.
void ExpandHistories(DatasetSpec* spec, ErrorList* errors);

}  // namespace lakeseed
