// Path formats: named layouts of files by day, and patterns of the user's own.
//
// To add one: a line in the table of path_format.cc; help, completion and the
// reference are printed from it.
//
// Thread safety: constant table and pure functions.

#pragma once

#include <arrow/result.h>

#include <span>
#include <string>
#include <string_view>

#include "lakeseed/plan/layout.h"

namespace lakeseed {

struct PathFormatDef {
  std::string_view name;    ///< As in `--path-format`.
  std::string_view single;  ///< Below kDatasetFolder, without the extension.
  std::string_view parts;   ///< The same, of a table cut into several files.
};

/// Where the files of a dataset lie: {base_path} of a pattern.
inline constexpr char kDatasetFolder[] = "Files/synthetic_data/{dataset}";

/// All path formats, in the order of the documentation.
std::span<const PathFormatDef> PathFormats();

/// A layout by its name, or of a pattern: any text with a placeholder.
/// \retval Invalid (exit code 2)  unknown name (the nearest, all of them), or a
///                                pattern without {table} or without a date
arrow::Result<PathLayout> LayoutByDay(std::string_view name_or_pattern);

/// A pattern for files that belong to no day.
/// \retval Invalid (exit code 2)  it has no {table}, or is a name
arrow::Result<PathLayout> LayoutOfPattern(std::string_view pattern);

}  // namespace lakeseed
