// One table of a dictionary: its size, its days and its growth, put on the table of
// that name in the tree.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include <optional>
#include <string>

#include "lakeseed/spec/dictionary_days.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// REQUIRES: the tree has a table `name`. `type` is what the dictionary says about
/// its type, here or in `table_types`.
void ApplyDictionaryTable(const Field& config, const std::string& name,
                          const std::optional<Field>& type, const DictionaryDays& days,
                          SpecNode* tree);

/// The value of a key with two spellings; both at once are an error.
std::optional<Field> EitherKey(const Field& config, const char* one, const char* other);

}  // namespace lakeseed
