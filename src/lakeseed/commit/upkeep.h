// Which tables `optimize` and `vacuum` are for.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace lakeseed
