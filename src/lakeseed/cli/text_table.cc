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

/// A cell goes on in the next line when it would be longer.
constexpr size_t kMostLetters = 72;

/// Lines of a cell. A word is never cut: paths and codes stay whole to be copied.
std::vector<std::string> LinesOf(const std::string& cell) {
  if (LettersOf(cell) <= kMostLetters) return {cell};
  std::vector<std::string> lines(1);
  for (size_t begin = 0; begin <= cell.size();) {
    const size_t end = std::min(cell.find(' ', begin), cell.size());
    const std::string word = cell.substr(begin, end - begin);
    const size_t letters = LettersOf(lines.back());
    if (letters > 0 && letters + 1 + LettersOf(word) > kMostLetters) {
      lines.push_back(word);
    } else {
      lines.back() += (begin > 0 ? " " : "") + word;
    }
    begin = end + 1;
  }
  return lines;
}

/// The lines of a row: what follows a cell's first line stands below it.
std::vector<std::vector<std::string>> LinesOf(const std::vector<std::string>& row) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(row.size()));
  for (size_t c = 0; c < row.size(); ++c) {
    const std::vector<std::string> of_cell = LinesOf(row[c]);
    while (lines.size() < of_cell.size()) lines.emplace_back(row.size());
    for (size_t i = 0; i < of_cell.size(); ++i) lines[i][c] = of_cell[i];
  }
  return lines;
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
  std::vector<std::vector<std::string>> lines;  // An empty one is a line across.
  for (const auto& row : rows_) {
    for (auto& line : LinesOf(row)) lines.push_back(std::move(line));
  }
  std::vector<size_t> widths;
  for (const std::string& head : heads_) widths.push_back(LettersOf(head));
  for (const auto& line : lines) {
    for (size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], LettersOf(line[c]));
  }
  size_t total = 0;
  for (const size_t width : widths) total += width + 2;
  const std::string across(total > 2 ? total - 2 : 0, '-');
  std::string text;
  const auto append = [&](const std::vector<std::string>& line) {
    std::string one;
    for (size_t c = 0; c < line.size(); ++c) {
      if (c > 0) one += "  ";
      AppendPadded(line[c], widths[c], is_number_[c], &one);
    }
    while (one.ends_with(' ')) one.pop_back();
    text += (line.empty() ? across : one) + "\n";
  };
  append(heads_);
  text += across + "\n";
  for (const auto& line : lines) append(line);
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
