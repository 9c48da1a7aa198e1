// FormatRows, FormatShortRows: the texts of a column's rows, one after another.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/array.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "lakeseed/write/row_text.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {

/// Append what write(memory) writes and returns the end of: at most `most` bytes.
template <typename Write>
arrow::Status AppendWritten(int64_t most, ByteBuffer* out, Write&& write) {
  ARROW_RETURN_NOT_OK(out->Reserve(most));
  char* const begin = reinterpret_cast<char*>(out->end());
  out->Advance(write(begin) - begin);
  return arrow::Status::OK();
}

inline arrow::Status AppendText(std::string_view text, ByteBuffer* out) {
  const auto size = static_cast<int64_t>(text.size());
  ARROW_RETURN_NOT_OK(out->Reserve(size));
  out->Append(text.data(), size);
  return arrow::Status::OK();
}

/// Let the texts be those that were made in the memory of `out`.
inline arrow::Status TakeMade(ColumnText* out) {
  // A block of 65,536 rows would need texts of 64 KiB each to come here.
  if (out->memory.size() > std::numeric_limits<uint32_t>::max()) {
    return arrow::Status::CapacityError("texts of one block exceed 4 GiB");
  }
  ARROW_RETURN_NOT_OK(out->memory.Reserve(0));
  out->bytes = reinterpret_cast<const char*>(out->memory.data());
  out->readable = static_cast<size_t>(out->memory.size() + ByteBuffer::kSlack);
  out->owner = nullptr;
  out->MeasurePlaces();
  return arrow::Status::OK();
}

/// Replace `out` by what append(row, memory) appends for each row, and `null` for nulls.
/// A functor per type keeps the loop free of dispatch.
template <typename Append>
arrow::Status FormatRows(const arrow::Array& array, std::string_view null,
                         ColumnText* out, Append&& append) {
  ByteBuffer* const memory = &out->memory;
  memory->Clear();
  out->places.resize(static_cast<size_t>(array.length()));
  const bool has_nulls = array.null_count() > 0;
  int64_t begin = 0;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (has_nulls && array.IsNull(row)) {
      ARROW_RETURN_NOT_OK(AppendText(null, memory));
    } else {
      ARROW_RETURN_NOT_OK(append(row, memory));
    }
    out->places[static_cast<size_t>(row)] = {
        static_cast<uint32_t>(begin), static_cast<uint32_t>(memory->size() - begin)};
    begin = memory->size();
  }
  return TakeMade(out);
}

/// The same of texts of at most kShortTextBytes, which write(row, memory) writes at once
/// where they belong and returns the end of.
template <typename Write>
arrow::Status FormatShortRows(const arrow::Array& array, std::string_view null,
                              ColumnText* out, Write&& write) {
  const int64_t most =
      std::max<int64_t>(kShortTextBytes, static_cast<int64_t>(null.size()));
  if (array.length() > std::numeric_limits<uint32_t>::max() / most) {
    return arrow::Status::CapacityError("texts of one block exceed 4 GiB");
  }
  out->places.resize(static_cast<size_t>(array.length()));
  out->memory.Clear();
  ARROW_RETURN_NOT_OK(out->memory.Reserve(array.length() * most));
  char* const begin = reinterpret_cast<char*>(out->memory.data());
  char* end = begin;
  const auto write_all = [&](auto&& write_one) {
    for (int64_t row = 0; row < array.length(); ++row) {
      char* const text = end;
      end = write_one(row, text);
      out->places[static_cast<size_t>(row)] = {static_cast<uint32_t>(text - begin),
                                               static_cast<uint32_t>(end - text)};
    }
  };
  if (array.null_count() == 0) {
    write_all(write);
  } else {
    write_all([&](int64_t row, char* text) {
      return array.IsNull(row) ? std::copy(null.begin(), null.end(), text)
                               : write(row, text);
    });
  }
  out->memory.Advance(end - begin);
  return TakeMade(out);
}

}  // namespace lakeseed
