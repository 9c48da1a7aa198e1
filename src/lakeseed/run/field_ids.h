// Field ids of what is inside structs and lists, as table formats want them in files.
//
// Law: an id is a function of the table's columns alone: 1 … n are the columns, and what
// is inside them follows, in the order of the columns and each before what it holds.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/type_fwd.h>

#include <memory>

#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// The type of column `place`, its fields and elements with ids.
std::shared_ptr<arrow::DataType> TypeWithIds(const BoundTable& table, int place);

}  // namespace lakeseed
