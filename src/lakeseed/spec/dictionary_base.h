// The tree that a dictionary changes: the built-in dataset of its id or domain, or
// an empty one.
//
// Thread safety: pure but for the list of errors and the files of the built-ins.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

struct DictionaryBase {
  SpecNode tree;
  BuiltinId id;           ///< The dataset's id; cut in two if it is a built-in's.
  std::string tables_of;  ///< Built-in whose tables these are; empty: none.
};

/// `root` is the dictionary, `id` its dataset_id with the place `id_place`.
/// \retval Invalid  the files of the built-ins cannot be read
arrow::Result<DictionaryBase> FindDictionaryBase(const Field& root, const std::string& id,
                                                 const Place& id_place);

/// Names of the tables that a dictionary speaks of, with their places.
std::vector<SpecNode> DictionaryTableNames(const SpecNode& root);

}  // namespace lakeseed
