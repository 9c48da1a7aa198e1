#include "lakeseed/write/json_text.h"

#include "lakeseed/write/any_byte.h"

namespace lakeseed {

namespace {

char* WriteJsonText(std::string_view text, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out++ = '"';
  const bool escapes =
      AnyByte(text, [](const auto& c) { return (c < 0x20) | (c == '"') | (c == '\\'); });
  if (!escapes) {
    out = WriteAsItStands(text, out);
    *out++ = '"';
    return out;
  }
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out = WriteAsItStands(text.substr(begin, i - begin), out);
    begin = i + 1;
    *out++ = '\\';
    switch (c) {
      case '"':
        *out++ = '"';
        break;
      case '\\':
        *out++ = '\\';
        break;
      case '\n':
        *out++ = 'n';
        break;
      case '\r':
        *out++ = 'r';
        break;
      case '\t':
        *out++ = 't';
        break;
      default:
        out = WriteAsItStands("u00", out);
        *out++ = kHex[c >> 4];
        *out++ = kHex[c & 15];
    }
  }
  out = WriteAsItStands(text.substr(begin), out);
  *out++ = '"';
  return out;
}

}  // namespace

void AppendJsonText(std::string_view text, std::string* out) {
  JsonDialect(/*naive_timestamps=*/false).Append(text, out);
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
      .write_text = WriteJsonText,
  };
}

}  // namespace lakeseed
