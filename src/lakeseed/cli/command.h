// Commands of the program: one file and one line in builtin.cc for each.
//
// Help, shell completion and the reference documentation are printed from these
// tables; the environment variable of an option is made of its name.
//
// Laws:  results go to stdout, all else to stderr; no command waits on stdin;
//        an option that a command cannot use is an error, never ignored.
//
// Thread safety: tables are immutable; a command runs on the main thread.

#pragma once

#include <arrow/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

class Arguments;

/// One option of a command.
struct OptionDef {
  std::string_view name;      ///< Without the dashes: "target-rows".
  char letter = 0;            ///< Short form, or 0.
  std::string_view value;     ///< Name of its value for help; empty: a switch.
  std::string_view help;      ///< Lower case, no full stop.
  std::string_view group;     ///< Heading in the help.
  std::string_view fallback;  ///< Default as printed; empty: none.
  std::string_view choices;   ///< Accepted words, separated by spaces; empty: any.
  bool repeats = false;       ///< All values count, not the last alone.
  bool has_negative = false;  ///< A switch with a --no- form.
};

struct CommandDef {
  std::string_view name;        ///< "list-datasets"
  std::string_view alias;       ///< Another name, or empty.
  std::string_view summary;     ///< One line, lower case, no full stop.
  std::string_view positional;  ///< Name of the argument without dashes, or empty.
  std::string_view choices;     ///< Accepted words of the positional; empty: any.
  bool positional_required = false;
  /// Unknown options may be parameters of the dataset: `--customers 500`.
  bool takes_parameters = false;
  std::vector<std::span<const OptionDef>> options;
  std::string_view examples;  ///< One command line each.

  /// Do it. Any other code than kDone is an ending that is no error of its own.
  arrow::Result<ExitCode> (*run)(const Arguments& arguments);
};

/// All commands, sorted by name.
std::span<const CommandDef* const> BuiltinCommands();

/// Find a command by name or alias. \retval Invalid (exit code 2)  nearest name.
arrow::Result<const CommandDef*> FindCommand(std::string_view name);

/// Words of a list that is separated by spaces.
std::vector<std::string_view> Words(std::string_view text);

/// All options of a command in the order of its tables.
std::vector<const OptionDef*> OptionsOf(const CommandDef& command);

/// "LAKESEED_TARGET_ROWS"
std::string EnvironmentName(std::string_view option);

/// Help of the program, and of one command.
std::string ProgramHelp();
std::string CommandHelp(const CommandDef& command);

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace lakeseed
