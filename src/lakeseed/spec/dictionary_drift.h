// What a dictionary says about data that moves: `enable_data_drift` and
// `drift_percentage`.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Let as many members change per month, the built-in's drifting laws go that share of
/// their way, and numbers in tables of the dictionary's own grow by it per year; or
/// stop all three. REQUIRES: tables and columns are in `tree`.
void ApplyDictionaryDrift(const Field& root, SpecNode* tree);

}  // namespace lakeseed
