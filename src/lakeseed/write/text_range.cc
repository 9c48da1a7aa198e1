#include "lakeseed/write/text_range.h"

namespace lakeseed {

void TextRange::Widen(std::string_view text, uint64_t prefix) {
  if (!any_ || text < min_) {
    min_ = text;
    min_prefix_ = prefix;
  }
  if (!any_ || text > max_) {
    max_ = text;
    max_prefix_ = prefix;
  }
  any_ = true;
}

}  // namespace lakeseed
