// `vocabularies: {colours: colours.csv}`: tables of words that a dataset brings with it.
//
// Thread safety: pure but for the disk and the tables known to Vocabulary().

#pragma once

#include <string>

#include "lakeseed/spec/error_list.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {

/// Read the tables of a dataset file and make them known by their names. Paths are
/// relative to the file. Returns what is part of the dataset's identity: names and
/// contents; empty without tables.
std::string ReadVocabularies(const SpecNode& root, const std::string& file,
                             ErrorList* errors);

}  // namespace lakeseed
