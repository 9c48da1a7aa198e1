// What `optimize` and `vacuum` share: the output that they work on, and how they say
// what they did.
//
// Thread safety: from one thread.

#pragma once

#include <arrow/result.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/command.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/commit/upkeep.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

/// --tables and --dry-run.
extern const std::span<const OptionDef> kUpkeepOptions;

/// The output that the command names, with the catalog of tables of a format; null: they
/// have no such catalog. `catalog` is that of --catalog, or empty.
/// \retval Invalid (exit code 2)  there is no such directory, or catalog.
arrow::Result<std::unique_ptr<Storage>> OpenTables(const Arguments& arguments,
                                                   const TableFormatDef& format,
                                                   const std::string& catalog);

/// What all table formats that have such an upkeep did.
/// \retval Invalid (exit code 2)  there is no table of that name.
/// \retval exit code 3            another run is publishing.
template <typename Done, typename Request>
arrow::Result<std::vector<Done>> KeepUp(
    const Arguments& arguments, const Request& request,
    arrow::Result<std::vector<Done>> (*TableFormatDef::*upkeep)(Storage*, const Request&),
    const std::string& catalog) {
  std::vector<Done> tables;
  for (const TableFormatDef& format : BuiltinTableFormats()) {
    if (format.*upkeep == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(const auto storage, OpenTables(arguments, format, catalog));
    if (storage == nullptr) continue;
    auto some = (format.*upkeep)(storage.get(), request);
    if (some.status().IsAlreadyExists()) {
      return ErrorWithCode(ExitCode::kConflict, some.status().message(),
                           "try again when it is done");
    }
    ARROW_RETURN_NOT_OK(some.status());
    for (Done& table : *some) tables.push_back(std::move(table));
  }
  for (const std::string& name : request.tables) {
    const bool is_there = std::any_of(tables.begin(), tables.end(), [&](const Done& one) {
      return IsNamed({name}, one.name);
    });
    if (is_there) continue;
    return RequestError("there is no such table: " + name,
                        "without --tables all are taken; Iceberg tables of another "
                        "catalog need its --catalog");
  }
  return tables;
}

/// Print one line per table, or JSON; `done` is what was done to none in a dry run.
void PrintUpkeep(const Arguments& arguments, nlohmann::ordered_json json,
                 const TextTable& text, std::string_view done);

}  // namespace lakeseed
