// The error for a name that is not one of a fixed set.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/status.h>

#include <span>
#include <string_view>

namespace lakeseed {

/// "unknown <what>: <name>" with the nearest name, if one is near, and all of
/// them as the hint; exit code 2.
arrow::Status UnknownChoice(std::string_view what, std::string_view name,
                            std::span<const std::string_view> names);

}  // namespace lakeseed
