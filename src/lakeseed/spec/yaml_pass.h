// One run of the YAML library over a text; node.cc alone knows that library.
//
// Thread safety: pure function.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/node.h"

namespace lakeseed {

/// What one run gave.
struct YamlPass {
  SpecNode root;                   ///< Null if there is a syntax error.
  std::vector<Diagnostic> errors;  ///< Well-formed, but not allowed: duplicate keys.
  std::optional<Diagnostic> syntax_error;  ///< The library stops at the first one.
  bool unknown_anchor = false;  ///< The syntax error is an alias without anchor.
};

/// Parse `text`, the first line of which is line `line_offset` + 1 of `file`.
YamlPass ParseYamlOnce(std::string_view text, const std::string& file, int line_offset);

}  // namespace lakeseed
