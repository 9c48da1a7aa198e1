// NumberFormatter: columns of whole numbers or decimals as text, a block at a time where
// its numbers are short.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/array.h>
#include <arrow/util/bit_util.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "lakeseed/write/format_rows.h"

namespace lakeseed {

/// A formatter of numbers: those of a block that are all below `Limit`, and not below 0,
/// as words; others one by one, by write_one(value, memory).
template <typename T, uint32_t Limit, auto WriteAll, typename WriteOne>
class NumberFormatter final : public ColumnFormatter {
 public:
  NumberFormatter(const TextDialect& dialect, WriteOne write_one)
      : dialect_(dialect), write_one_(write_one) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const T* const values = array.data()->GetValues<T>(1);
    if (!ReadNumbers(array, values)) {
      return FormatShortRows(array, dialect_.null, out, [&](int64_t row, char* text) {
        return write_one_(values[row], text);
      });
    }
    const auto rows = static_cast<size_t>(array.length());
    out->memory.Clear();
    ARROW_RETURN_NOT_OK(out->memory.Reserve(array.length() * kWordBytes));
    auto* const words = reinterpret_cast<uint64_t*>(out->memory.data());
    sizes_.resize(rows);
    WriteAll(numbers_.data(), array.length(), words, sizes_.data());
    out->memory.Advance(array.length() * kWordBytes);
    out->places.resize(rows);
    for (size_t row = 0; row < rows; ++row) {
      out->places[row] = {static_cast<uint32_t>(row * kWordBytes), sizes_[row]};
    }
    if (array.null_count() > 0) {
      uint64_t null = 0;
      std::memcpy(&null, dialect_.null.data(), dialect_.null.size());
      for (size_t row = 0; row < rows; ++row) {
        const bool is_valid = array.IsValid(static_cast<int64_t>(row));
        words[row] = is_valid ? words[row] : null;
        uint32_t& size = out->places[row].size;
        size = is_valid ? size : static_cast<uint32_t>(dialect_.null.size());
      }
    }
    return TakeMade(out);
  }

 private:
  static constexpr size_t kWordBytes = sizeof(uint64_t);

  /// Whether all numbers have words; nulls are 0.
  bool ReadNumbers(const arrow::Array& array, const T* values) {
    const int64_t rows = array.length();
    if (dialect_.null.size() > kWordBytes ||
        rows > static_cast<int64_t>(std::numeric_limits<uint32_t>::max() / kWordBytes)) {
      return false;
    }
    numbers_.resize(static_cast<size_t>(rows));
    const auto read = [&](auto&& is_valid) {
      bool all = true;
      for (int64_t row = 0; row < rows; ++row) {
        // A negative one becomes a large one; what stands under a null is nothing.
        const uint64_t number = static_cast<uint64_t>(values[row]) * is_valid(row);
        all &= number < Limit;
        numbers_[static_cast<size_t>(row)] = static_cast<uint32_t>(number);
      }
      return all;
    };
    if (array.null_count() == 0) return read([](int64_t) { return uint64_t{1}; });
    return read([valid = array.null_bitmap_data(), offset = array.offset()](int64_t row) {
      return uint64_t{arrow::bit_util::GetBit(valid, offset + row)};
    });
  }

  const TextDialect dialect_;
  const WriteOne write_one_;
  std::vector<uint32_t> numbers_, sizes_;
};

}  // namespace lakeseed
