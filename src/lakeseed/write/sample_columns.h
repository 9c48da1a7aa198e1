// Sample columns for the tests of write/: every type and shape, with the values
// that go wrong: nulls, extremes, NaN, -0.0, empty texts, quotes, new lines.
//
// Law: a value is a function of its row alone, so any cut gives the same table.

#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <vector>

#include "lakeseed/base/row_range.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed::sample {

std::vector<ColumnLayout> Columns();

/// Rows of the sample table. Dictionaries are shared by all batches.
std::shared_ptr<arrow::RecordBatch> Rows(RowRange rows);

/// A directory of its own below the temporary one, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  const std::string& path() const { return path_; }
  /// All files below, hidden ones too, relative and sorted.
  std::vector<std::string> Files() const;
  std::string Read(const std::string& file) const;

 private:
  std::string path_;
};

}  // namespace lakeseed::sample
