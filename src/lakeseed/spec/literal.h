// Scalars of a dataset file as values. No locale, no library rounding rules:
// the text alone decides.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lakeseed/spec/params.h"

namespace lakeseed {

/// Optional sign and digits.
std::optional<int64_t> ParseInt64Literal(std::string_view text);

/// A finite number, also as "1e3" or "12%" (0.12).
std::optional<double> ParseDoubleLiteral(std::string_view text);

/// true or false, in any case.
std::optional<bool> ParseBoolLiteral(std::string_view text);

/// "90s", "1.5h", "2w" in microseconds; units us ms s m h d w. Unset as well if
/// it is not a whole number of microseconds.
std::optional<int64_t> ParseDurationLiteral(std::string_view text);

/// What a person calls this kind of node: "a list", "a mapping", "nothing".
std::string_view KindName(const SpecNode& node);

/// Text for an error's value: the scalar as written, else its kind.
std::string ValueText(const SpecNode& node);

}  // namespace lakeseed
