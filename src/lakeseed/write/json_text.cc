#include "lakeseed/write/json_text.h"

namespace lakeseed {

void AppendJsonText(std::string_view text, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, begin, i - begin);
    begin = i + 1;
    out->push_back('\\');
    switch (c) {
      case '"':
        out->push_back('"');
        break;
      case '\\':
        out->push_back('\\');
        break;
      case '\n':
        out->push_back('n');
        break;
      case '\r':
        out->push_back('r');
        break;
      case '\t':
        out->push_back('t');
        break;
      default:
        out->append("u00");
        out->push_back(kHex[c >> 4]);
        out->push_back(kHex[c & 15]);
    }
  }
  out->append(text, begin);
  out->push_back('"');
}

TextDialect JsonDialect(bool naive_timestamps) {
  return {
      .time_separator = 'T',
      .quote_times = true,
      .naive_timestamps = naive_timestamps,
      .null = "null",
      .nan = "null",
      .infinity = "null",
      .minus_infinity = "null",
      .append_text = AppendJsonText,
  };
}

}  // namespace lakeseed
