// VocabularyTable: the columns of a CSV text that says their types itself.
//
// A column head says the type of its column: `name` is text, `name:int` 64-bit integers,
// `name:decimal(N)` integers times 10^N, `name:double` doubles.
//
// Thread safety: all functions may be called from any thread; tables are
// immutable and live as long as someone holds them.

#pragma once

#include <arrow/buffer.h>
#include <arrow/result.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/csv_table.h"
#include "lakeseed/base/late_value.h"

namespace lakeseed {

class VocabularyTable {
 public:
  enum class Type { kText, kInteger, kDouble };

  struct Head {
    std::string name;
    Type type = Type::kText;
    int scale = 0;  ///< Of `name:decimal(N)`.
  };

  struct Column : Head {
    std::vector<std::string_view> text;
    std::deque<std::string> unquoted;  ///< Texts that do not stand in the CSV.
    std::vector<int64_t> integers;
    std::vector<double> doubles;
  };

  /// Read CSV text (RFC 4180). `name` is for errors.
  /// \retval Invalid  a bad header, a row of another length, a bad number
  static arrow::Result<std::shared_ptr<const VocabularyTable>> Parse(std::string name,
                                                                     std::string csv);

  /// The same, but a column is read when it is asked for first, and only then said to
  /// have a bad number: of large tables few columns are used.
  static arrow::Result<std::shared_ptr<const VocabularyTable>> Open(
      std::string name, std::shared_ptr<arrow::Buffer> csv);

  const std::string& name() const { return name_; }
  int64_t num_rows() const { return cells_->num_rows(); }
  const std::vector<Head>& heads() const { return heads_; }

  /// The column of that name and type; integers are those of `name:decimal(N)` too.
  /// The span and its texts live as long as this table.
  /// \retval Invalid  no such column, or of another type, or with a bad number
  arrow::Result<std::span<const std::string_view>> Text(std::string_view column) const;
  arrow::Result<std::span<const int64_t>> Integers(std::string_view column) const;
  arrow::Result<std::span<const double>> Doubles(std::string_view column) const;

  /// Number of the head of that name.
  arrow::Result<size_t> IndexOf(std::string_view column) const;
  /// The column of that head, or name, of any type. It lives as long as this table.
  arrow::Result<const Column*> ColumnAt(size_t index) const;
  arrow::Result<const Column*> Find(std::string_view column) const;

 private:
  VocabularyTable() = default;
  arrow::Status ReadHeads();
  arrow::Result<Column> Read(size_t index) const;
  arrow::Result<const Column*> FindTyped(std::string_view column, Type type) const;

  std::string name_;
  std::shared_ptr<arrow::Buffer> csv_;
  std::optional<CsvTable> cells_;
  std::vector<Head> heads_;
  std::vector<LateValue<Column>> columns_;  ///< As many as heads.
};

}  // namespace lakeseed
