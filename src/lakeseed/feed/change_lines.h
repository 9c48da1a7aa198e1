// ChangeLines: changes of one table as lines of JSON.
//
//   plain     {"op": "update", "table": …, "key": {…}, "day": …, "commit_time": …,
//              "before": {…}, "after": {…}}
//   debezium  {"before": {…}, "after": {…}, "source": {…}, "op": "u", "ts_ms": …}
//             as Debezium writes without schemas
//
// Values are spelled as in JSON Lines files.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/feed/table_feed.h"
#include "lakeseed/write/row_text.h"

namespace lakeseed {

class ChangeLines {
 public:
  enum class Form { kPlain, kDebezium };

  /// \retval NotImplemented  a column's type has no text.
  static arrow::Result<std::unique_ptr<ChangeLines>> Make(const BoundDataset& dataset,
                                                          const BoundTable& table,
                                                          Form form);

  /// Append one line for each change.
  arrow::Status Append(const ChangeBatch& changes, std::string* lines);

 private:
  /// The texts of one image of all rows.
  using Image = std::vector<ColumnText>;

  ChangeLines() = default;
  arrow::Status Format(const arrow::RecordBatch& batch, Image* image);
  void AppendCell(const Image& image, size_t column, size_t row, std::string* out) const;
  void AppendObject(const Image& image, const std::vector<size_t>& columns, size_t row,
                    std::string* out) const;
  void AppendChange(ChangeOp op, int32_t day, const size_t* before, const size_t* after,
                    std::string* out) const;

  Form form_ = Form::kPlain;
  int32_t epoch_ = 0;
  std::string dataset_, table_;        ///< In quotes.
  std::vector<std::string> names_;     ///< Of columns: `"name":`.
  std::vector<size_t> columns_, key_;  ///< All columns; those of the key.
  std::vector<std::unique_ptr<ColumnFormatter>> formatters_;
  Image before_, after_;
};

}  // namespace lakeseed
