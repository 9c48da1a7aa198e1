// What a dictionary says about columns: relationships, distributions, nulls.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Put `relationships`, `distributions` and `relationship_null_percentage` into the
/// columns of `tree`.
void ApplyDictionaryColumns(const Field& root, SpecNode* tree);

}  // namespace lakeseed
