// What lists of datasets have in common: titles, types, groups of tables, filters.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {

/// --domain, --type
extern const std::span<const OptionDef> kListingOptions;

/// "Retail OLTP - Small, Incremental" of retail_oltp_small_incremental.
std::string TitleOf(const DatasetSpec& spec);
/// "transactional", "analytical" or "custom".
std::string_view TypeOf(const DatasetSpec& spec);

/// Tables by their parts in a star; elsewhere all are plain tables.
struct TableGroups {
  std::vector<std::string> tables, facts, dimensions;
};
TableGroups GroupsOf(const DatasetSpec& spec);

/// The built-in datasets that the options leave, sorted by id.
/// \retval Invalid (exit code 2)  no dataset has that domain or type; with the nearest
arrow::Result<std::vector<DatasetSpec>> ListedDatasets(const Arguments& arguments);

/// {id, name, type, pattern, domain, description}
nlohmann::ordered_json HeadJson(const DatasetSpec& spec);

/// "  name                value\n"; nothing if the value is empty.
std::string ListingLine(std::string_view name, std::string_view value);

}  // namespace lakeseed
