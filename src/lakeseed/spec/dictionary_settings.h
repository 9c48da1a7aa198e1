// The keys of a dictionary that are options of the command line.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <vector>

#include "lakeseed/spec/dictionary.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// All of them, each option once; two different values for one are an error.
std::vector<DictionarySetting> ReadDictionarySettings(const Field& root);

}  // namespace lakeseed
