// Rows as text: what the CSV and the JSON Lines writers share.
//
// A column is formatted by one virtual call per block and column, into pieces that
// the writer then puts together row by row.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

/// How one text format spells what formats differ in.
struct TextDialect {
  char time_separator;    ///< Between date and time.
  bool quote_times;       ///< Dates and times in double quotes.
  bool naive_timestamps;  ///< Never "Z".
  std::string_view null;  ///< Spelling of a null.
  std::string_view nan, infinity, minus_infinity;
  void (*append_text)(std::string_view text, std::string* out);
};

/// The texts of one column's values in one block: value i is
/// text[ends[i - 1], ends[i]), with ends[-1] = 0.
struct ColumnText {
  std::string text;
  std::vector<uint32_t> ends;

  std::string_view at(int64_t i) const {
    const auto row = static_cast<size_t>(i);
    const size_t begin = row == 0 ? 0 : ends[row - 1];
    return std::string_view(text).substr(begin, ends[row] - begin);
  }
};

/// Formats one column.
class ColumnFormatter {
 public:
  /// \retval NotImplemented  the type has no text form.
  static arrow::Result<std::unique_ptr<ColumnFormatter>> Make(
      const std::shared_ptr<arrow::DataType>& type, const TextDialect& dialect);
  virtual ~ColumnFormatter() = default;

  /// Replace `out` by the texts of `array`.
  virtual arrow::Status Format(const arrow::Array& array, ColumnText* out) = 0;
};

}  // namespace lakeseed
