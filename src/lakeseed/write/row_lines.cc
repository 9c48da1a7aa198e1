#include "lakeseed/write/row_lines.h"

#include <arrow/array.h>

#include <algorithm>
#include <cstring>

namespace lakeseed {
namespace {

constexpr int64_t kFormatRows = 2'048;
constexpr size_t kWriteBytes = size_t{1} << 20;
/// A short text is copied by this many bytes at once, those behind it for nothing.
constexpr size_t kCopyBytes = 32;

/// Copy text[begin, end). REQUIRES: room for kCopyBytes more.
inline char* CopyText(const std::string& text, size_t begin, size_t end, char* out) {
  const size_t size = end - begin;
  if (size <= kCopyBytes && begin + kCopyBytes <= text.size()) {
    std::memcpy(out, text.data() + begin, kCopyBytes);
  } else {
    std::memcpy(out, text.data() + begin, size);
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
    if (size_ >= kWriteBytes || begin + kFormatRows >= rows.num_rows()) {
      ARROW_RETURN_NOT_OK(stream->Write(lines_.data(), static_cast<int64_t>(size_)));
      size_ = 0;
    }
  }
  return arrow::Status::OK();
}

arrow::Status RowLines::Format(const arrow::RecordBatch& rows) {
  const auto num_rows = static_cast<size_t>(rows.num_rows());
  size_t bytes = num_rows * end_.size;
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    ARROW_RETURN_NOT_OK(
        column.formatter->Format(*rows.column(static_cast<int>(i)), &column.texts));
    bytes += column.texts.text.size() + num_rows * column.before.size;
  }
  const size_t need = size_ + bytes + kCopyBytes;
  if (lines_.size() < need) lines_.resize(std::max(need, kWriteBytes + need / 2));
  return arrow::Status::OK();
}

void RowLines::Assemble(size_t num_rows) {
  char* out = lines_.data() + size_;
  for (size_t row = 0; row < num_rows; ++row) {
    for (const Column& column : columns_) {
      out = CopyText(column.before.padded, 0, column.before.size, out);
      const size_t begin = row == 0 ? 0 : column.texts.ends[row - 1];
      out = CopyText(column.texts.text, begin, column.texts.ends[row], out);
    }
    out = CopyText(end_.padded, 0, end_.size, out);
  }
  size_ = static_cast<size_t>(out - lines_.data());
}

}  // namespace lakeseed
