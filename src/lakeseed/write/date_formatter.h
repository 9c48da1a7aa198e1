// DateFormatter: columns of dates as text, a block at a time.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "lakeseed/write/format_rows.h"
#include "lakeseed/write/number_words.h"

namespace lakeseed {

/// A block whose years have four digits is written as words; dates of others one by one.
class DateFormatter final : public ColumnFormatter {
 public:
  explicit DateFormatter(const TextDialect& dialect) : dialect_(dialect) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    if (!ReadDays(array)) {
      return FormatShortRows(array, dialect_.null, out, [&](int64_t row, char* text) {
        return WriteOne(days_[static_cast<size_t>(row)], text);
      });
    }
    const int64_t rows = array.length();
    out->memory.Clear();
    ARROW_RETURN_NOT_OK(out->memory.Reserve(rows * kTextBytes));
    auto* const words = reinterpret_cast<uint64_t*>(out->memory.data());
    WriteDateWords(days_.data(), rows, words);
    if (dialect_.quote_times) Quote(words, rows);
    out->memory.Advance(rows * kTextBytes);
    const uint32_t size = kDateBytes + (dialect_.quote_times ? 2 : 0);
    out->places.resize(static_cast<size_t>(rows));
    for (size_t row = 0; row < out->places.size(); ++row) {
      out->places[row] = {static_cast<uint32_t>(row * kTextBytes), size};
    }
    if (array.null_count() > 0) WriteNulls(array, out);
    return TakeMade(out);
  }

 private:
  static constexpr size_t kTextBytes = 2 * sizeof(uint64_t);

  /// Whether all dates have words; nulls are day 0.
  bool ReadDays(const arrow::Array& array) {
    const auto* const values = array.data()->GetValues<int32_t>(1);
    days_.assign(values, values + array.length());
    if (array.null_count() > 0) {
      for (size_t row = 0; row < days_.size(); ++row) {
        if (array.IsNull(static_cast<int64_t>(row))) days_[row] = 0;
      }
    }
    bool all = dialect_.null.size() <= kTextBytes &&
               days_.size() <= std::numeric_limits<uint32_t>::max() / kTextBytes;
    for (const int32_t day : days_)
      all &= (day >= kFirstWordDate) & (day <= kLastWordDate);
    return all;
  }

  char* WriteOne(int32_t day, char* out) const {
    if (dialect_.quote_times) *out++ = '"';
    out = WriteDate(day, out);
    if (dialect_.quote_times) *out++ = '"';
    return out;
  }

  static void Quote(uint64_t* words, int64_t rows) {
    for (int64_t i = 0; i < rows; ++i) {
      const uint64_t first = words[2 * i], last = words[2 * i + 1];
      words[2 * i] = first << 8 | uint64_t{'"'};
      words[2 * i + 1] = first >> 56 | last << 8 | uint64_t{'"'} << 24;
    }
  }

  void WriteNulls(const arrow::Array& array, ColumnText* out) const {
    for (size_t row = 0; row < out->places.size(); ++row) {
      if (array.IsValid(static_cast<int64_t>(row))) continue;
      if (!dialect_.null.empty()) {
        std::memcpy(out->memory.data() + row * kTextBytes, dialect_.null.data(),
                    dialect_.null.size());
      }
      out->places[row].size = static_cast<uint32_t>(dialect_.null.size());
    }
  }

  const TextDialect dialect_;
  std::vector<int32_t> days_;
};

}  // namespace lakeseed
