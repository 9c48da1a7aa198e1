// Rows of a CSV text after RFC 4180: comma, quotes doubled inside quotes, lines
// that end in LF or CRLF.
//
// Thread safety: one reader belongs to one thread.

#pragma once

#include <arrow/result.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

class CsvRowReader {
 public:
  /// Cells are views of `text`; those with doubled quotes are put into `unquoted` and
  /// are views of that. A byte order mark at the start of the text is skipped.
  CsvRowReader(std::string_view text, std::deque<std::string>* unquoted);

  /// Read the next row into `cells`; false at the end of the text.
  /// \retval Invalid  a quote that is not closed or in the middle of a cell
  arrow::Result<bool> Next(std::vector<std::string_view>* cells);

  /// Line on which the last row began, counted from 1.
  int64_t line() const { return row_line_; }

 private:
  arrow::Result<std::string_view> ReadQuoted();
  /// Bytes of the rest before the first one that ends a cell.
  inline size_t CellSize();

  std::string_view text_, rest_;
  size_t block_ = 0;   ///< Where those bytes of the text begin that ends_ is of.
  uint64_t ends_ = 0;  ///< Which of them end a cell, from the lowest bit.
  std::deque<std::string>* unquoted_;
  int64_t line_ = 1;
  int64_t row_line_ = 0;
};

}  // namespace lakeseed
