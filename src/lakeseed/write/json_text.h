// How values are spelled in JSON Lines, in files and in change feeds.
//
// Decimals are numbers with all their digits, dates and timestamps ISO 8601 texts
// ("2024-03-01T12:34:56.123456Z"), nulls null. JSON has no NaN and no infinity:
// they are written as null, as browsers do.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>

#include "lakeseed/write/row_text.h"

namespace lakeseed {

/// Append a text in double quotes, escaped.
void AppendJsonText(std::string_view text, std::string* out);

TextDialect JsonDialect(bool naive_timestamps);

}  // namespace lakeseed
