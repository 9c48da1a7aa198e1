// CellReader: the rows of a written file, batch by batch, in their order.
//
// Parquet and Arrow IPC give typed columns; CSV and JSON Lines give every column
// as text, in the spelling of their writers, with nulls as nulls.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/api.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/row_text.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

class CellReader {
 public:
  virtual ~CellReader() = default;

  /// Open a file of a format. \retval NotImplemented  a format without a reader.
  static arrow::Result<std::unique_ptr<CellReader>> Open(const Storage& storage,
                                                         const std::string& path,
                                                         const std::string& format);

  virtual std::vector<std::string> column_names() const = 0;
  /// Whether columns come as text.
  virtual bool is_text() const = 0;
  /// Spelling of texts; REQUIRES: is_text().
  virtual TextDialect dialect() const { return {}; }
  /// The next rows, or null at the end.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
};

/// Stands for a null where a value is spelled as text.
inline constexpr std::string_view kNullText = "\x01null";

/// Values as CSV files and people have them, but that a null is told apart.
inline constexpr TextDialect kPlainText{.time_separator = ' ',
                                        .quote_times = false,
                                        .naive_timestamps = false,
                                        .null = kNullText,
                                        .nan = "nan",
                                        .infinity = "inf",
                                        .minus_infinity = "-inf",
                                        .write_text = WriteAsItStands};

}  // namespace lakeseed
