// The date or time that is a row's own: when it happened, or was born.
//
// Thread safety: pure functions.

#pragma once

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// The first column of a table that is the row's own time or day; null without one.
const ColumnSpec* OwnDate(const TableSpec& table);

}  // namespace lakeseed
