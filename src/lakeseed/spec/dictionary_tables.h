// The tables of a dictionary: those of the built-in, and tables of its own.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include <string>

#include "lakeseed/spec/dictionary_days.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Put `table_configs` and `table_types` into the tables of `tree`. `tables_of`
/// names the built-in that these are, for errors.
void ApplyDictionaryTables(const Field& root, const DictionaryDays& days,
                           const std::string& tables_of, SpecNode* tree);

}  // namespace lakeseed
