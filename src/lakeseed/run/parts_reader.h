// PartsReader: the rows of a stretch of a table that lie in the files of several
// partitions, as one file would have them: in the order of the table's key. It holds
// the stretch in memory.
//
// Thread safety: one thread at a time.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/run/cell_reader.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

class PartsReader final : public CellReader {
 public:
  /// \retval Invalid  the parts have not the same columns, or no whole numbers as keys.
  static arrow::Result<std::unique_ptr<CellReader>> Open(
      const Storage& storage, std::span<const DataFile* const> parts,
      const std::string& key);

  std::vector<std::string> column_names() const override { return names_; }
  bool is_text() const override { return is_text_; }
  TextDialect dialect() const override { return dialect_; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override;

 private:
  arrow::Status Read(const Storage& storage, const DataFile& part, bool is_first);
  arrow::Status PutInOrder(const std::string& key);

  std::vector<std::string> names_;
  bool is_text_ = false;
  TextDialect dialect_;
  arrow::RecordBatchVector batches_;
  std::shared_ptr<arrow::RecordBatch> rows_;  ///< In order; null: there are none.
  int64_t next_ = 0;
};

}  // namespace lakeseed
