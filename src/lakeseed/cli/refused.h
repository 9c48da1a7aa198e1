// Options and commands that the language of commands has, and the command at hand or
// this version does not: they are refused with a reason, so nobody believes that they
// worked.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>

namespace lakeseed {

/// Why the option ("--catalog", "-t") cannot be used; empty for any other.
std::string RefusedOption(std::string_view option);

/// A command that this version does not have yet.
struct RefusedCommand {
  std::string_view name, subject, instead;
};
/// Null for any other name.
const RefusedCommand* FindRefusedCommand(std::string_view name);

}  // namespace lakeseed
