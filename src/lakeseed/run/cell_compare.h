// CellComparer: a column as it was made against the column as it was read.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lakeseed/write/row_text.h"

namespace lakeseed {

class CellComparer {
 public:
  /// Called for each place where the columns differ.
  using Sink = std::function<void(int64_t i, std::string expected, std::string found)>;

  /// For a column of `type`; `dialect` is the file's spelling, or null for typed files.
  static arrow::Result<std::unique_ptr<CellComparer>> Make(
      const std::shared_ptr<arrow::DataType>& type, const TextDialect* dialect);

  /// Empty if a file may give this type for the column; else why not.
  std::string TypeError(const arrow::DataType& found) const;

  /// REQUIRES: equal lengths; TypeError is empty.
  arrow::Status Compare(const std::shared_ptr<arrow::Array>& expected,
                        const std::shared_ptr<arrow::Array>& found, const Sink& sink);

 private:
  CellComparer() = default;
  arrow::Result<std::shared_ptr<arrow::Array>> AsText(const arrow::Array& values);

  std::shared_ptr<arrow::DataType> type_;  ///< Of the values, no dictionary.
  bool is_text_ = false;
  bool is_nested_ = false;
  TextDialect nested_dialect_{};  ///< Structs and lists are compared as JSON.
  std::unique_ptr<ColumnFormatter> formatter_;
  ColumnText text_;
};

}  // namespace lakeseed
