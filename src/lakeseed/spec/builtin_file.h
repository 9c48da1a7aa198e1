// The files of the built-in datasets, and reading a file of a user.
//
// Thread safety: the directory is set once, before any thread starts; files that are
// shared are immutable; the rest is pure but for the disk.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/spec/node.h"

namespace lakeseed {

/// Text of a dataset file. \retval Invalid  no such file, or too large
arrow::Result<std::string> ReadSpecText(const std::string& path);

/// Names of the built-in files without ".yaml", sorted.
arrow::Result<std::vector<std::string>> BuiltinNames();
std::string BuiltinPath(const std::string& name);

/// A built-in dataset's id, taken apart: `retail_oltp` and `small`.
struct BuiltinId {
  std::string name;
  std::string variant;  ///< May be empty.
};

/// A built-in file that was parsed, and what of it is meant.
struct FoundBuiltin {
  BuiltinId id;
  std::shared_ptr<const PartialYaml> file;
};

/// The parsed file of that name; it is parsed once while anybody has it.
/// \retval Invalid  no such file, or too large
arrow::Result<std::shared_ptr<const PartialYaml>> ParsedBuiltin(const std::string& name);

/// nullopt if no file offers it.
arrow::Result<std::optional<FoundBuiltin>> FindBuiltin(const std::string& id);

/// The tree of a built-in file with its variant applied and no others left.
arrow::Result<SpecNode> BuiltinTree(const BuiltinId& id);

}  // namespace lakeseed
