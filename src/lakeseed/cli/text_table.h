// TextTable: rows of texts, aligned in columns, numbers to the right.
//
// Thread safety: one thread at a time.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

class TextTable {
 public:
  /// A head that begins with '>' is that of a column of numbers.
  explicit TextTable(std::vector<std::string> heads);

  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// A line before the next row, for totals.
  void AddLine() { rows_.emplace_back(); }

  /// Columns padded by spaces, head and rows. Long cells go on below, at their spaces.
  std::string ToText() const;
  /// A Markdown table.
  std::string ToMarkdown() const;

 private:
  std::vector<std::string> heads_;
  std::vector<bool> is_number_;
  std::vector<std::vector<std::string>> rows_;
};

/// Letters of UTF-8 text.
size_t LettersOf(std::string_view text);
/// Text with '|' and line breaks made harmless for a Markdown cell.
std::string MarkdownCell(std::string_view text);

}  // namespace lakeseed
