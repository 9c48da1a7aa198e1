// TableReader: the rows of a table's files, block by block, in plain types.
//
// Reads Parquet, CSV, JSON Lines and Arrow IPC; only the columns asked for.
//
// Thread safety: one reader belongs to one thread.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/validate/facts.h"
#include "lakeseed/validate/row_block.h"

namespace lakeseed {

struct TableFiles;  // dataset_files.h

/// What opening a file shows, without reading its rows.
struct FileProbe {
  bool readable = false;
  std::string error;        ///< Why it is not readable.
  bool missing = false;     ///< There is no such file.
  int64_t size_bytes = -1;  ///< -1: it is no file.
  int64_t num_rows = -1;    ///< -1: only known after reading (CSV, JSON Lines).
  /// Plain types; for CSV and JSON Lines the names only, types from the manifest.
  std::shared_ptr<arrow::Schema> schema;
};

FileProbe ProbeFile(const FilePlace& root, const FileFacts& file);

/// Statistics in a Parquet file's footer, over its row groups.
struct FooterStatistics {
  std::string column;
  bool has_null_count = false;
  int64_t null_count = 0;
  /// Integers, decimals, dates and times only.
  bool has_integers = false;
  int64_t min = 0, max = 0;
};
arrow::Result<std::vector<FooterStatistics>> ReadFooter(const FilePlace& root,
                                                        const FileFacts& file);

using BatchStream = std::function<arrow::Result<std::shared_ptr<arrow::RecordBatch>>()>;

/// Blocks of the given columns of one file, in that order; ends with nullptr.
arrow::Result<BatchStream> OpenFile(const FilePlace& root, const FileFacts& file,
                                    const std::vector<std::string>& columns);

class TableReader {
 public:
  /// `skip[i]`: file i cannot be read; its rows are left out.
  TableReader(FilePlace root, const TableFiles& table, std::vector<bool> skip,
              std::vector<std::string> columns);

  /// Read the next block; its slots are the columns. False at the end.
  arrow::Result<bool> Next(RowBlock* block);

 private:
  /// Open a file for the columns that are to be read of it.
  arrow::Status Open(size_t file);
  arrow::Status Fill(const arrow::RecordBatch& batch, RowBlock* block) const;

  const FilePlace root_;
  const TableFiles& table_;
  const std::vector<bool> skip_;
  const std::vector<std::string> columns_;
  size_t file_ = 0;
  BatchStream stream_;
  std::vector<int> places_;  ///< In the stream's batches, of each column; -1: null.
  int64_t row_in_file_ = 0;
  int64_t position_ = 0;
};

/// An array in its plain type.
arrow::Result<std::shared_ptr<arrow::Array>> ToPlain(
    const std::shared_ptr<arrow::Array>& array);

}  // namespace lakeseed
