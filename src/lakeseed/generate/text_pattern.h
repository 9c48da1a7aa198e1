// TextPattern: a text with places for random digits and letters: "0^# ### @@".
//
// '#' is a digit, '^' a digit but 0, '@' a letter from A to Z; all else stands as it is.
//
// Law: place i of a row is draw i of its key, whatever stands around it.
//
// Thread safety: immutable.

#pragma once

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
      const char place = text_[i];
      if (place != '#' && place != '^' && place != '@') {
        *out++ = place;
      } else if (taken < prefix.size()) {
        *out++ = prefix[taken++];
      } else {
        *out++ = Drawn(place, Cell(key, row, static_cast<int64_t>(i)));
      }
    }
    return out;
  }

 private:
  static char Drawn(char place, uint64_t u) {
    if (place == '@') return static_cast<char>('A' + Below(u, 26));
    return static_cast<char>(place == '#' ? '0' + Below(u, 10) : '1' + Below(u, 9));
  }

  std::string text_;
};

}  // namespace lakeseed
