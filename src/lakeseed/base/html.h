// Text inside HTML and SVG.
//
// Thread safety: pure function.

#pragma once

#include <string>
#include <string_view>

namespace lakeseed {

/// Text with `&`, `<`, `>` and `"` made harmless.
std::string EscapeHtml(std::string_view text);

}  // namespace lakeseed
