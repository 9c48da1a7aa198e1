// Which tables `optimize` and `vacuum` are for.
//
// Thread safety: the calls only read.

#pragma once

#include <arrow/result.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/write/storage.h"

namespace lakeseed {

/// Whether a table, "dataset.table", is among those that are named so, or "table".
inline bool IsNamed(const std::vector<std::string>& tables, std::string_view name) {
  return std::any_of(tables.begin(), tables.end(), [&](const std::string& one) {
    return one == name || one == name.substr(name.rfind('.') + 1);
  });
}

/// The same, or whether none is named: that is all.
inline bool IsWanted(const std::vector<std::string>& tables, std::string_view name) {
  return tables.empty() || IsNamed(tables, name);
}

/// Whether a folder of a table of `format` may be that of another format's table too: to
/// a vacuum the files of that one would seem to be nobody's.
arrow::Result<bool> IsOfOthers(const Storage& storage, const std::string& folder,
                               std::string_view format);

}  // namespace lakeseed
