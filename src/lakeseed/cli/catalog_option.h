// --catalog: where the tables of a run are named, for the commands that publish.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

extern const std::span<const OptionDef> kCatalogOption;

/// URI of --catalog, checked against the table format of a plan; "" without it.
/// \retval Invalid (exit code 2)
arrow::Result<std::string> CatalogOf(const Arguments& arguments, const Plan& plan);

/// The same of the catalog that a target of --also has.
arrow::Result<std::string> CatalogOf(const std::string& uri, const Plan& plan);

/// The output of a plan, which can be written to, with the catalog of its tables.
/// \retval Invalid (exit code 2)  it cannot.
arrow::Result<std::unique_ptr<Storage>> OpenOutput(const Plan& plan, std::string catalog);

}  // namespace lakeseed
