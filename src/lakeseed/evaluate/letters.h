// Letters of UTF-8 text: code points, case, and their ASCII likeness.
//
// Case and likeness are known for ASCII, Latin-1 and Latin Extended-A, by own
// tables: no locale. Other code points stay as they are.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lakeseed {

/// Read the code point at *at and move past it. Malformed bytes count as one each.
uint32_t NextLetter(std::string_view text, size_t* at);

void AppendLetter(uint32_t letter, std::string* out);

uint32_t UpperOf(uint32_t letter);
uint32_t LowerOf(uint32_t letter);

/// Lower-case ASCII letters or digits alike: "e" for é, "ss" for ß; empty if none.
std::string_view PlainOf(uint32_t letter);

/// Number of code points.
int64_t CountLetters(std::string_view text);

/// Byte position of code point n; the text's size if it has fewer.
size_t PositionOf(std::string_view text, int64_t n);

}  // namespace lakeseed
