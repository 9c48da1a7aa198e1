// Vocabulary: pinned tables of names, places and rules, read from a directory.
//
// Law: the values of a table are part of the law version; the tables are built
// once from pinned packages and read from files, never from the system.
//
// A table is the UTF-8 file <directory>/<name>.csv with a header row
// (vocabulary_table.h).
//
// Thread safety: all functions may be called from any thread; tables are
// immutable and live as long as someone holds them.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/vocabulary_table.h"

namespace lakeseed {

/// Set the directory of the tables; the environment variable LAKESEED_VOCAB goes
/// before it.
void SetVocabularyDirectory(std::string path);

/// The directory in use; empty if none is set.
std::string VocabularyDirectory();

/// The table of that name, read at its first use.
/// \retval Invalid  no directory, no such table (with a hint), or a bad file
arrow::Result<std::shared_ptr<const VocabularyTable>> Vocabulary(std::string_view name);

/// Names of the tables in the directory, sorted.
std::vector<std::string> VocabularyNames();

}  // namespace lakeseed
