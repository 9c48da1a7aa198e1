#include "lakeseed/cli/text_table.h"

#include <algorithm>

namespace lakeseed {
namespace {

void AppendPadded(std::string_view text, size_t width, bool right, std::string* out) {
  const size_t letters = LettersOf(text);
  const size_t padding = width > letters ? width - letters : 0;
  if (right) out->append(padding, ' ');
  *out += text;
  if (!right) out->append(padding, ' ');
}

}  // namespace

size_t LettersOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  }));
}

std::string MarkdownCell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') {
      out += "\\|";
    } else if (c == '\n') {
      out += "<br>";
    } else {
      out += c;
    }
  }
  return out;
}

TextTable::TextTable(std::vector<std::string> heads) : heads_(std::move(heads)) {
  for (std::string& head : heads_) {
    is_number_.push_back(head.starts_with('>'));
    if (is_number_.back()) head.erase(0, 1);
  }
}

std::string TextTable::ToText() const {
  std::vector<size_t> widths;
  for (const std::string& head : heads_) widths.push_back(LettersOf(head));
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], LettersOf(row[c]));
  }
  size_t total = 0;
  for (const size_t width : widths) total += width + 2;
  const std::string line(total > 2 ? total - 2 : 0, '-');
  std::string text;
  const auto append = [&](const std::vector<std::string>& row) {
    std::string one;
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) one += "  ";
      AppendPadded(row[c], widths[c], is_number_[c], &one);
    }
    while (one.ends_with(' ')) one.pop_back();
    text += (row.empty() ? line : one) + "\n";
  };
  append(heads_);
  text += line + "\n";
  for (const auto& row : rows_) append(row);
  return text;
}

std::string TextTable::ToMarkdown() const {
  std::string text = "|";
  for (const std::string& head : heads_) text += " " + MarkdownCell(head) + " |";
  text += "\n|";
  for (const bool right : is_number_) text += right ? "---:|" : "---|";
  text += "\n";
  for (const auto& row : rows_) {
    if (row.empty()) continue;
    text += "|";
    for (const std::string& cell : row) text += " " + MarkdownCell(cell) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace lakeseed
