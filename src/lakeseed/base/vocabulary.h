// Vocabulary: pinned tables of names, places and rules, read from a directory.
//
// Law: the values of a table are part of the law version; the tables are built
// once from pinned packages and read from files, never from the system.
//
// A table is the UTF-8 file <directory>/<name>.csv with a header row. A column
// head says the type of its column: `name` is text, `name:int` 64-bit integers,
// `name:decimal(N)` integers times 10^N, `name:double` doubles.
//
// Thread safety: all functions may be called from any thread; tables are
// immutable and live as long as someone holds them.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

class VocabularyTable {
 public:
  enum class Type { kText, kInteger, kDouble };

  struct Column {
    std::string name;
    Type type = Type::kText;
    int scale = 0;  ///< Of `name:decimal(N)`.
    std::vector<std::string_view> text;
    std::vector<int64_t> integers;
    std::vector<double> doubles;
  };

  /// Read CSV text (RFC 4180). `name` is for errors.
  /// \retval Invalid  a bad header, a row of another length, a bad number
  static arrow::Result<std::shared_ptr<const VocabularyTable>> Parse(std::string name,
                                                                     std::string csv);

  const std::string& name() const { return name_; }
  int64_t num_rows() const { return num_rows_; }
  const std::vector<Column>& columns() const { return columns_; }

  /// The column of that name and type; integers are those of `name:decimal(N)` too.
  /// The span and its texts live as long as this table.
  /// \retval Invalid  no such column, or of another type
  arrow::Result<std::span<const std::string_view>> Text(std::string_view column) const;
  arrow::Result<std::span<const int64_t>> Integers(std::string_view column) const;
  arrow::Result<std::span<const double>> Doubles(std::string_view column) const;

  /// The column of that name, of any type.
  arrow::Result<const Column*> Find(std::string_view column) const;

 private:
  VocabularyTable() = default;
  arrow::Result<const Column*> FindTyped(std::string_view column, Type type) const;

  std::string name_, csv_;
  std::deque<std::string> unquoted_;  ///< Texts that do not stand in csv_.
  int64_t num_rows_ = 0;
  std::vector<Column> columns_;
};

/// Set the directory of the tables; the environment variable LAKESEED_VOCAB goes
/// before it.
void SetVocabularyDirectory(std::string path);

/// The directory in use; empty if none is set.
std::string VocabularyDirectory();

/// The table of that name, read at its first use.
/// \retval Invalid  no directory, no such table (with a hint), or a bad file
arrow::Result<std::shared_ptr<const VocabularyTable>> Vocabulary(std::string_view name);

/// Names of the tables in the directory, sorted.
std::vector<std::string> VocabularyNames();

}  // namespace lakeseed
