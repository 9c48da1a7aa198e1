#include "lakeseed/generate/number_format.h"

namespace lakeseed {
namespace {

/// Length of a placeholder %d or %0<width>d at the start of `text`, or 0.
size_t PlaceholderLength(std::string_view text, int* width) {
  size_t at = 1;
  *width = 0;
  if (at < text.size() && text[at] == '0') {
    ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && *width < 100) {
      *width = *width * 10 + (text[at++] - '0');
    }
    if (*width == 0) return 0;
  }
  return at < text.size() && text[at] == 'd' ? at + 1 : 0;
}

}  // namespace

arrow::Result<NumberFormat> NumberFormat::Parse(std::string_view text) {
  std::string parts[2];
  int width = 0, seen = 0;
  while (!text.empty()) {
    if (text[0] != '%') {
      parts[seen].push_back(text[0]);
      text.remove_prefix(1);
      continue;
    }
    if (text.starts_with("%%")) {
      parts[seen].push_back('%');
      text.remove_prefix(2);
      continue;
    }
    int read_width = 0;
    const size_t length = PlaceholderLength(text, &read_width);
    if (length == 0 || read_width > 18 || seen == 1) {
      return arrow::Status::Invalid("must hold one %d or %0<width>d, width 1 to 18");
    }
    width = read_width;
    seen = 1;
    text.remove_prefix(length);
  }
  if (seen == 0) {
    return arrow::Status::Invalid("must hold one %d or %0<width>d, width 1 to 18");
  }
  return NumberFormat(std::move(parts[0]), width, std::move(parts[1]));
}

}  // namespace lakeseed
