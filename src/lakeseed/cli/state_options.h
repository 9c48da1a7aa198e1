// Options of the commands that read the state, and how they print it.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/state/state_reader.h"

namespace lakeseed {

/// --output, --state
extern const std::span<const OptionDef> kStateOptions;

/// The state file that the options name.
std::string StatePathFor(const Arguments& arguments);
/// \retval Invalid (exit code 2)  there is none
arrow::Result<std::unique_ptr<StateReader>> OpenState(const Arguments& arguments);

/// One column of a result as a table for people shows it.
struct ShownColumn {
  std::string_view name;  ///< Of the result.
  std::string_view head;  ///< In the table; begins with '>' for numbers.
};

/// A result as a table; all columns under their own names if none are chosen.
std::string TextOf(const QueryResult& result, std::span<const ShownColumn> shown = {});
/// An array of objects, a key for each column; text that is a JSON array or object in
/// one of the columns `json_columns` (separated by spaces) becomes one.
nlohmann::ordered_json JsonOf(const QueryResult& result,
                              std::string_view json_columns = "");

}  // namespace lakeseed
