#include "lakeseed/write/row_lines.h"

#include <arrow/array.h>

#include <cstring>

namespace lakeseed {
namespace {

constexpr int64_t kFormatRows = 2'048;
constexpr int64_t kWriteBytes = int64_t{1} << 20;
/// A short text is copied in one or two steps of fixed size, bytes behind it for nothing.
constexpr size_t kStepBytes = 32, kCopyBytes = 2 * kStepBytes;
static_assert(kCopyBytes <= ByteBuffer::kSlack);

/// A separator is copied as a word, be it as short as a comma.
constexpr size_t kWordBytes = 8;

/// REQUIRES: room for kCopyBytes more; the same to read where the text is short.
inline char* CopyText(const char* text, size_t size, bool is_short, char* out) {
  if (is_short) {
    std::memcpy(out, text, kStepBytes);
    if (size > kStepBytes) std::memcpy(out + kStepBytes, text + kStepBytes, kStepBytes);
  } else {
    std::memcpy(out, text, size);
  }
  return out + size;
}

}  // namespace

RowLines::Fixed::Fixed(const std::string& text)
    : padded(text + std::string(kCopyBytes, ' ')), size(text.size()) {}

void RowLines::AddColumn(const std::string& before,
                         std::unique_ptr<ColumnFormatter> formatter) {
  columns_.push_back({Fixed(before), std::move(formatter), {}});
}

arrow::Status RowLines::Write(const arrow::RecordBatch& rows,
                              arrow::io::OutputStream* stream) {
  for (int64_t begin = 0; begin < rows.num_rows(); begin += kFormatRows) {
    const auto some = rows.Slice(begin, kFormatRows);
    ARROW_RETURN_NOT_OK(Format(*some));
    Assemble(static_cast<size_t>(some->num_rows()));
    if (lines_.size() >= kWriteBytes) ARROW_RETURN_NOT_OK(Flush(stream));
  }
  return arrow::Status::OK();
}

arrow::Status RowLines::Flush(arrow::io::OutputStream* stream) {
  if (lines_.size() == 0) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(stream->Write(lines_.data(), lines_.size()));
  lines_.Clear();
  return arrow::Status::OK();
}

arrow::Status RowLines::Format(const arrow::RecordBatch& rows) {
  const auto num_rows = static_cast<size_t>(rows.num_rows());
  size_t bytes = num_rows * end_.size;
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    ARROW_RETURN_NOT_OK(
        column.formatter->Format(*rows.column(static_cast<int>(i)), &column.texts));
    const ColumnText::Extent extent = column.texts.extent();
    bytes += num_rows * column.before.size + extent.num_bytes;
    const size_t step = extent.max_size <= kWordBytes ? kWordBytes : kStepBytes;
    const bool is_step =
        extent.max_size <= step && extent.last_begin + step <= column.texts.readable;
    column.copied = is_step ? step : 0;
  }
  return lines_.Reserve(static_cast<int64_t>(bytes));
}

void RowLines::Assemble(size_t num_rows) {
  char* const begin = reinterpret_cast<char*>(lines_.end());
  char* out = begin;
  for (size_t row = 0; row < num_rows; ++row) {
    for (const Column& column : columns_) {
      const Fixed& before = column.before;
      if (before.size <= kWordBytes) {
        std::memcpy(out, before.padded.data(), kWordBytes);
        out += before.size;
      } else {
        out = CopyText(before.padded.data(), before.size, before.size <= kCopyBytes, out);
      }
      const ColumnText::Place& place = column.texts.places[row];
      const char* const text = column.texts.bytes + place.begin;
      switch (column.copied) {
        case kWordBytes:
          std::memcpy(out, text, kWordBytes);
          break;
        case kStepBytes:
          std::memcpy(out, text, kStepBytes);
          break;
        default: {
          const bool has_room = place.begin + kCopyBytes <= column.texts.readable;
          CopyText(text, place.size, place.size <= kCopyBytes && has_room, out);
        }
      }
      out += place.size;
    }
    out = CopyText(end_.padded.data(), end_.size, end_.size <= kCopyBytes, out);
  }
  lines_.Advance(out - begin);
}

}  // namespace lakeseed
