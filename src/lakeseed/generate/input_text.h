// Reading an input column of the row as text.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace lakeseed {

/// Whether MatchText reads this type: text, dictionaries of text, integers, bool.
bool CanMatchText(const arrow::DataType& type);

/// out[i] = the number under the text of values[i]; `fallback` for a text that
/// is not listed, `null` for a null. REQUIRES: CanMatchText(type).
arrow::Status MatchText(const arrow::Array& values,
                        const std::map<std::string, int32_t, std::less<>>& numbers,
                        int32_t fallback, int32_t null, int32_t* out);

/// Whether AppendText reads this type: the above, and date32, timestamp,
/// decimal64.
bool CanAppendText(const arrow::DataType& type);

/// Append values[i] to `out`; numbers get zeros up to `width`.
/// REQUIRES: CanAppendText(type), values[i] is not null.
arrow::Status AppendText(const arrow::Array& values, int64_t i, int width,
                         std::string* out);

}  // namespace lakeseed
