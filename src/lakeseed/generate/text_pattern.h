// TextPattern: a text with places for random digits and letters: "0^# ### @[AEIOU]".
//
// '#' is a digit, '^' a digit but 0, '@' a letter from A to Z, '[AEIOU]' one of these;
// all else stands as it is.
//
// Law: a place of a row that begins at letter i of the text is draw i of its key,
// whatever
//      stands around it.
//
// Thread safety: immutable.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "lakeseed/base/cell.h"

namespace lakeseed {

class TextPattern {
 public:
  explicit TextPattern(std::string text) : text_(std::move(text)) {}

  int64_t size() const { return static_cast<int64_t>(text_.size()); }

  /// Write a row's text and return its end. `prefix` replaces the first places that
  /// are no separators.
  char* Write(const Key& key, int64_t row, std::string_view prefix, char* out) const {
    size_t taken = 0;
    for (size_t i = 0; i < text_.size(); ++i) {
      const size_t begin = i;
      const char place = text_[i];
      if (place == '[') i = std::min(text_.find(']', i), text_.size() - 1);
      if (place != '#' && place != '^' && place != '@' && place != '[') {
        *out++ = place;
      } else if (taken < prefix.size()) {
        *out++ = prefix[taken++];
      } else {
        *out++ = Drawn(begin, i, Cell(key, row, static_cast<int64_t>(begin)));
      }
    }
    return out;
  }

 private:
  /// The place from `begin` to `end`.
  char Drawn(size_t begin, size_t end, uint64_t u) const {
    const char place = text_[begin];
    if (place == '#') return static_cast<char>('0' + Below(u, 10));
    if (place == '^') return static_cast<char>('1' + Below(u, 9));
    if (place == '@') return static_cast<char>('A' + Below(u, 26));
    return text_[begin + 1 +
                 static_cast<size_t>(Below(u, static_cast<int64_t>(end - begin) - 1))];
  }

  std::string text_;
};

}  // namespace lakeseed
