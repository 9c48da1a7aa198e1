// `uses: retail_oltp`: the tables of another dataset below those of this one.
//
// What the other dataset says of its window, epoch, sizes and parameters holds unless
// this file says it; a parameter of this file hides one of the same name. Its tables are
// computed and not written, unless `uses: {dataset: …, tables: [stores]}` lists them;
// `set:` changes it by dotted path, as a variant does.
//
// Law: an imported table has the keys of the dataset that defines it, so under equal
// seed, target rows, window and epoch it has the values of that dataset's own run.
//
// Thread safety: pure but for the disk, the tree and the list of errors.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/spec/error_list.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {

/// What the tree does not tell about the tables that `uses:` brought in.
struct Imports {
  struct Table {
    std::string domain;
    bool is_hidden = true;
    std::optional<SpecNode> seasons;  ///< Where they are not those of the file.
  };
  std::map<std::string, Table, std::less<>> tables;  ///< By name.
};

/// How a file is read: its variants, and what `--set` says.
struct UsesRequest {
  std::string file;
  std::vector<std::string> variants;
  std::vector<std::pair<std::string, std::string>> settings;
};

/// Put what the file uses under what it says, before variants and settings are applied.
/// They decide which dataset it is, where they set `uses`.
Imports ImportUsed(SpecNode* root, const UsesRequest& request, ErrorList* errors);

}  // namespace lakeseed
