// Configuration dictionaries of the source documents as datasets of our language.
//
// A dictionary says what differs from the built-in dataset of its id, or of its
// domain and pattern: the translation is a change to that dataset's tree. Nodes
// keep the dictionary's places, so errors name its lines. What the dictionary does
// not say is the built-in's. What it says is done, becomes an option of the command
// line, or is an error.
//
// Law: a dictionary that states a built-in's own numbers is that built-in: equal
//      identity, equal values.
//
// Thread safety: pure but for the list of errors and the files of the built-ins.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/error_list.h"

namespace lakeseed {

/// What a dictionary says about the command line: a default of an option.
struct DictionarySetting {
  std::string option;  ///< "chunk-size"
  std::string value;   ///< As on the command line; of a switch "true" or "false".
  std::string path;    ///< "chunking_config.chunk_size"
  Place place;
};

struct Dictionary {
  SpecNode tree;           ///< In our language; null after errors without a base.
  BuiltinId id;            ///< Of the dataset: the built-in's cut, or the whole as name.
  bool states_id = false;  ///< The dictionary has a dataset_id.
  std::vector<DictionarySetting> settings;
};

/// Whether a tree is a dictionary, and no dataset file.
bool IsDictionary(const SpecNode& root);

/// `dataset_id` names the dataset where the dictionary does not; may be empty.
Dictionary TranslateDictionary(const SpecNode& root, const std::string& dataset_id,
                               ErrorList* errors);

}  // namespace lakeseed
