// CheckSpans: whether `since` and `until` of columns can be kept.
//
// A column that comes or goes is in some of the files only. So it is no let, no key and
// no link to the parent, tells no day or instant of the rows, is not tracked, and is not
// the only one of its table.
//
// Thread safety: pure but for the list.

#pragma once

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/error_list.h"

namespace lakeseed {

void CheckSpans(const DatasetSpec& spec, ErrorList* errors);

}  // namespace lakeseed
