// The text of a dictionary as it stands in a Python program, as YAML.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>

#include "lakeseed/spec/node.h"

namespace lakeseed {

/// Parse a dataset file or a dictionary. Beside YAML and JSON, a Python dictionary
/// is read as it is printed: {…} with comments, trailing commas, True, False and
/// None; `name = {…}`; and the entries of one without the braces around them.
/// Places are those of the text.
PartialYaml ParseDatasetText(std::string_view text, const std::string& file);

/// Take away what is None in Python: it means "not stated".
void RemoveNone(SpecNode* node);

}  // namespace lakeseed
