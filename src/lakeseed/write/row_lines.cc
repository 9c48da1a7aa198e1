#include "lakeseed/write/row_lines.h"

#include <arrow/array.h>

#include <cstring>
#include <span>
#include <string_view>

#include "lakeseed/base/simd_level.h"

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

/// A column's share of some lines.
struct Piece {
  uint64_t word;       ///< The first bytes of `before`.
  const char* before;  ///< With kCopyBytes behind it that may be read.
  size_t before_size;
  const char* texts;
  const ColumnText::Place* places;
  const int32_t* codes;  ///< Those of ColumnText, with their slots.
  int slot_bits;
  bool is_step;  ///< All texts are copied in one step.
  size_t readable;
};

/// REQUIRES: room for the lines and kCopyBytes more.
LAKESEED_KERNEL(char*, AssembleLines,
                (std::span<const Piece> pieces, std::string_view end, size_t num_rows,
                 char* out),
                (pieces, end, num_rows, out)) {
  for (size_t row = 0; row < num_rows; ++row) {
    for (const Piece& piece : pieces) {
      std::memcpy(out, &piece.word, kWordBytes);
      if (piece.before_size > kWordBytes) {
        CopyText(piece.before, piece.before_size, piece.before_size <= kCopyBytes, out);
      }
      out += piece.before_size;
      if (piece.codes != nullptr) {
        const auto code = static_cast<uint32_t>(piece.codes[row]);
        const char* const slot = piece.texts + (size_t{code} << piece.slot_bits);
        std::memcpy(out, slot, kStepBytes);
        out += static_cast<uint8_t>(slot[(size_t{1} << piece.slot_bits) - 1]);
        continue;
      }
      const ColumnText::Place place = piece.places[row];
      const char* const text = piece.texts + place.begin;
      if (piece.is_step) {
        std::memcpy(out, text, kStepBytes);
      } else {
        const bool has_room = place.begin + kCopyBytes <= piece.readable;
        CopyText(text, place.size, place.size <= kCopyBytes && has_room, out);
      }
      out += place.size;
    }
    out = CopyText(end.data(), end.size(), end.size() <= kCopyBytes, out);
  }
  return out;
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
    bytes += num_rows * column.before.size + column.texts.extent.num_bytes;
  }
  return lines_.Reserve(static_cast<int64_t>(bytes));
}

void RowLines::Assemble(size_t num_rows) {
  std::vector<Piece> pieces;
  for (const Column& column : columns_) {
    const ColumnText& texts = column.texts;
    const ColumnText::Extent& extent = texts.extent;
    Piece piece = {.word = 0,
                   .before = column.before.padded.data(),
                   .before_size = column.before.size,
                   .texts = texts.bytes,
                   .places = texts.places.data(),
                   .codes = texts.codes,
                   .slot_bits = texts.slot_bits,
                   .is_step = extent.max_size <= kStepBytes &&
                              extent.last_begin + kStepBytes <= texts.readable,
                   .readable = texts.readable};
    std::memcpy(&piece.word, piece.before, kWordBytes);
    pieces.push_back(piece);
  }
  char* const begin = reinterpret_cast<char*>(lines_.end());
  const char* const end =
      AssembleLines(pieces, {end_.padded.data(), end_.size}, num_rows, begin);
  lines_.Advance(end - begin);
}

}  // namespace lakeseed
