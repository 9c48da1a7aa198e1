// DatasetWarnings: what a dataset file may say, but hardly means.
//
// Unused values and parameters, seasons that nothing follows, weights that nearly add
// up to one.
//
// Law: a file that means what it says gets none; when in doubt nothing is said.
//
// Thread safety: pure functions.

#pragma once

#include <vector>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// In the order of the file. `root`: the file's tree, or null where the spec was
/// translated from another form.
std::vector<Diagnostic> DatasetWarnings(const DatasetSpec& spec, const SpecNode* root);

}  // namespace lakeseed
