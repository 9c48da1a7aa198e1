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

#include "lakeseed/write/byte_buffer.h"

namespace lakeseed {

/// How one text format spells what formats differ in.
struct TextDialect {
  char time_separator;    ///< Between date and time.
  bool quote_times;       ///< Dates and times in double quotes.
  bool naive_timestamps;  ///< Never "Z".
  std::string_view null;  ///< Spelling of a null.
  std::string_view nan, infinity, minus_infinity;
  /// Writes a text, at most MostTextBytes() of it; returns the end.
  char* (*write_text)(std::string_view text, char* out);
  /// Whether every text of such bytes, but the empty one, is written as it stands;
  /// null: none is.
  bool (*stand_as_they_are)(std::string_view bytes) = nullptr;

  static constexpr int64_t MostTextBytes(std::string_view text) {
    return 6 * static_cast<int64_t>(text.size()) + 2;
  }
  void Append(std::string_view text, std::string* out) const;
};

/// A `write_text` that quotes and escapes nothing.
char* WriteAsItStands(std::string_view text, char* out);

/// The texts of one column's values in one block, valid for as long as it is; they may
/// be the array's own.
struct ColumnText {
  struct Place {
    uint32_t begin, size;
  };
  const char* bytes = nullptr;
  /// Bytes that may be read, those behind the last text as well.
  size_t readable = 0;
  std::vector<Place> places;  ///< Of each value in `bytes`.
  /// Of a column of codes whose texts are short, else null: they lie in slots of equal
  /// size in `bytes`, the last byte of which is the text's size. So a value is one read.
  const int32_t* codes = nullptr;
  int slot_bits = 0;  ///< A slot has 1 << slot_bits bytes.
  ByteBuffer memory;  ///< Of texts that were made.
  std::shared_ptr<const void> owner;

  /// What a loop that copies the texts wants to know of all of them.
  struct Extent {
    size_t num_bytes = 0;  ///< Of all; of those that have codes, at most.
    uint32_t max_size = 0, last_begin = 0;
  };
  Extent extent;
  void MeasurePlaces();  ///< Set `extent` to that of `places`.
  std::string_view at(int64_t i) const {
    if (codes != nullptr) {
      const char* const text =
          bytes + (size_t{static_cast<uint32_t>(codes[i])} << slot_bits);
      return {text, static_cast<uint8_t>(text[(size_t{1} << slot_bits) - 1])};
    }
    const Place& place = places[static_cast<size_t>(i)];
    return {bytes + place.begin, place.size};
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
