// Where state files are.
//
// Thread safety: pure functions.

#pragma once

#include <string>

namespace lakeseed {

/// The state of an output: `<output>/.lakeseed/state.sqlite`, and for an object
/// store `./.lakeseed/<bucket>_<digest of the prefix>.sqlite`.
std::string StatePathOf(const std::string& output);

/// The file that is schema `config` of a warehouse in SQLite:
/// "w/warehouse.config.sqlite" for "w/warehouse.sqlite".
std::string ConfigPathOf(const std::string& warehouse);

}  // namespace lakeseed
