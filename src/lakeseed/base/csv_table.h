// CsvTable: where the cells of a CSV text lie, after RFC 4180: comma, quotes doubled
// inside quotes, lines that end in LF or CRLF. Looking is one pass over the text;
// a cell is read when it is asked for, so columns that nobody needs cost little.
//
// Law: all rows have as many cells as the header.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lakeseed {

class CsvTable {
 public:
  /// Of a text that outlives it; a byte order mark at its start is skipped. `name` is for
  /// errors, which have the place <name>.csv:line.
  /// \retval Invalid  no header; a row of another length; a quote that is not closed or
  ///                  in the middle of a cell
  static arrow::Result<CsvTable> Read(std::string name, std::string_view text);

  /// Without the header.
  int64_t num_rows() const { return num_rows_; }
  size_t num_columns() const { return num_columns_; }

  /// Those of one column, and of the header: a view of the text, but of one with doubled
  /// quotes a view of what is put into `unquoted`.
  std::string_view Cell(int64_t row, size_t column,
                        std::deque<std::string>* unquoted) const {
    return At((static_cast<size_t>(row) + 1) * num_columns_ + column, unquoted);
  }
  std::string_view Head(size_t column, std::deque<std::string>* unquoted) const {
    return At(column, unquoted);
  }

  static constexpr int64_t kHeader = -1;
  /// `status` with the place of that row, or of the header, in the file.
  arrow::Status InRow(int64_t row, const arrow::Status& status) const;

 private:
  CsvTable(std::string name, std::string_view text)
      : name_(std::move(name)), text_(text) {}

  arrow::Status FindCells();
  /// What ends the quoted cell that begins with the quote at `begin`.
  arrow::Result<size_t> EndOfQuoted(size_t begin) const;
  /// The row whose last cell begins last.
  arrow::Status EndRow();
  arrow::Status AtByte(size_t byte, const arrow::Status& status) const;

  std::string_view At(size_t cell, std::deque<std::string>* unquoted) const {
    const size_t begin = begins_[cell];
    std::string_view text = text_.substr(begin, begins_[cell + 1] - 1 - begin);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text.starts_with('"') ? Unquoted(text, unquoted) : text;
  }
  static std::string_view Unquoted(std::string_view cell,
                                   std::deque<std::string>* unquoted);

  std::string name_;
  std::string_view text_;
  /// Of all cells, row by row, header first, and of the one after the last: all bytes
  /// between belong to a cell but the last one, or two, which end it.
  std::vector<uint32_t> begins_;
  size_t row_ = 0;  ///< First cell of the row that is being looked at.
  size_t num_columns_ = 0;
  int64_t num_rows_ = 0;
};

}  // namespace lakeseed
