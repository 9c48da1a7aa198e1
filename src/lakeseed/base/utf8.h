// Whether bytes are text.
//
// Thread safety: a pure function.

#pragma once

#include <string_view>

namespace lakeseed {

/// Whether the bytes are whole characters of UTF-8.
bool IsUtf8(std::string_view bytes);

}  // namespace lakeseed
