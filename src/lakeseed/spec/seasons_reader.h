// `seasons:` of a dataset or of an events table.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Read seasons on top of `base`: each key given here replaces that of the base.
SeasonsSpec ReadSeasons(const Field& field, const SeasonsSpec& base);

}  // namespace lakeseed
