// Starters: commented dataset files that a user begins with.
//
// Law: each of them is sound: `check` finds nothing, its rows pass its rules.
//
// Thread safety: a constant table and pure functions.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lakeseed {

struct StarterDef {
  std::string_view name;     ///< As in `new --template`.
  std::string_view summary;  ///< One line, lower case, no full stop.
  std::string_view text;     ///< {name} and {file} stand for those of the new file.
};

/// Sorted by name.
std::span<const StarterDef> Starters();

/// The text of a new file. `dataset` is its dataset's name.
std::string StarterText(const StarterDef& starter, std::string_view dataset,
                        std::string_view file);

}  // namespace lakeseed
