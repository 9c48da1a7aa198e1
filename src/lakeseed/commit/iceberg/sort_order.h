// Sort orders of Iceberg tables: how writers are asked to lay rows, and which files lie
// so.
//
// Thread safety: pure functions.

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lakeseed::iceberg {

/// Make the order by these columns, ascending and nulls first, that of the metadata;
/// return its id. No columns: the table keeps the order that it has, and our files have
/// none, which is 0.
int64_t SetSortOrder(const std::vector<std::string>& columns,
                     nlohmann::ordered_json* metadata);

}  // namespace lakeseed::iceberg
