// RowLines: rows as lines of text, for the formats that are text. Values are
// formatted column by column, a few thousand rows at a time so that they stay in
// a cache, and put together row by row.
//
// Law: the bytes depend on the rows alone, not on how they were cut into batches.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/row_text.h"

namespace lakeseed {

class RowLines {
 public:
  /// A line is before_1 value_1 before_2 value_2 ... end.
  explicit RowLines(const std::string& end) : end_(end) {}

  void AddColumn(const std::string& before, std::unique_ptr<ColumnFormatter> formatter);

  /// Write the lines of all rows; some of them wait for more.
  arrow::Status Write(const arrow::RecordBatch& rows, arrow::io::OutputStream* stream);
  /// Write the lines that wait.
  arrow::Status Flush(arrow::io::OutputStream* stream);

 private:
  arrow::Status Format(const arrow::RecordBatch& rows);
  void Assemble(size_t num_rows);

  /// A text between values, with bytes behind it that may be copied with it.
  struct Fixed {
    explicit Fixed(const std::string& text);
    std::string padded;
    size_t size;
  };
  struct Column {
    Fixed before;
    std::unique_ptr<ColumnFormatter> formatter;
    ColumnText texts;
  };

  const Fixed end_;
  std::vector<Column> columns_;
  ByteBuffer lines_;
};

}  // namespace lakeseed
