// Schema: the language of dataset files as a JSON Schema, for editors.
//
// It is printed from the table of generators, so a new one is in it by itself.
// It says which keys and shapes there are; what expressions mean, and how tables
// refer to each other, only the program itself checks.
//
// Thread safety: pure function.

#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lakeseed {

/// JSON Schema (draft 2020-12) of dataset files.
nlohmann::ordered_json DatasetFileSchema();

}  // namespace lakeseed
