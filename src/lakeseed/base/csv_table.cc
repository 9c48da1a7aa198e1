#include "lakeseed/base/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/status.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

namespace {

constexpr size_t kBlockSize = 64;
constexpr size_t kMostBytes = std::numeric_limits<uint32_t>::max() - 1;
/// Of a cell with what ends it; a text of shorter ones makes its list grow.
constexpr size_t kUsualCellSize = 6;

/// Which of the first kBlockSize bytes of a text that is not empty end a cell (comma,
/// line end, quote), from the lowest bit.
uint64_t EndsIn(std::string_view text) {
  char padded[kBlockSize];
  const char* bytes = text.data();
  if (text.size() < kBlockSize) {
    std::memset(padded, 0, kBlockSize);
    std::memcpy(padded, bytes, text.size());
    bytes = padded;
  }
  uint64_t ends = 0;
#if defined(LAKESEED_HAS_LEVELS)
  for (size_t i = 0; i < kBlockSize; i += 16) {
    const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const auto are = [some](char c) { return _mm_cmpeq_epi8(some, _mm_set1_epi8(c)); };
    const __m128i found = _mm_or_si128(_mm_or_si128(are(','), are('"')),
                                       _mm_or_si128(are('\n'), are('\r')));
    ends |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(found))} << i;
  }
#else
  for (size_t i = 0; i < kBlockSize; ++i) {
    const char c = bytes[i];
    ends |= uint64_t{c == ',' || c == '"' || c == '\n' || c == '\r'} << i;
  }
#endif
  return ends;
}

}  // namespace

arrow::Result<CsvTable> CsvTable::Read(std::string name, std::string_view text) {
  CsvTable table(std::move(name), text);
  ARROW_RETURN_NOT_OK(table.FindCells());
  return table;
}

arrow::Status CsvTable::FindCells() {
  size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (at == text_.size()) return AtByte(at, RequestError("table without a header"));
  if (text_.size() > kMostBytes) return AtByte(at, RequestError("table of 4 GB or more"));
  begins_.reserve(text_.size() / kUsualCellSize);
  begins_.push_back(static_cast<uint32_t>(at));
  for (size_t block = 0; block < text_.size(); block += kBlockSize) {
    uint64_t ends = EndsIn(text_.substr(block));
    if (at > block) ends &= ~uint64_t{0} << (at - block);
    for (; ends != 0; ends &= ends - 1) {
      const size_t end = block + static_cast<size_t>(std::countr_zero(ends));
      if (end < at) continue;  // Within quotes, or the second of two that end a line.
      const char c = text_[end];
      if (c == '"') {
        ARROW_ASSIGN_OR_RAISE(at, EndOfQuoted(end));
        continue;
      }
      at = end + 1;
      if (c != ',') {
        ARROW_RETURN_NOT_OK(EndRow());
        if (c == '\r' && text_.substr(at).starts_with('\n')) ++at;
      }
      begins_.push_back(static_cast<uint32_t>(at));
    }
    // After a long quoted cell the next block is the one in which it ends.
    if (at >= block + 2 * kBlockSize) block = (at / kBlockSize - 1) * kBlockSize;
  }
  const bool is_ended = begins_.back() == text_.size() && begins_.size() == row_ + 1;
  if (is_ended) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(EndRow());
  begins_.push_back(static_cast<uint32_t>(text_.size() + 1));
  return arrow::Status::OK();
}

arrow::Status CsvTable::EndRow() {
  const size_t cells = begins_.size() - row_;
  if (row_ == 0) {
    num_columns_ = cells;
  } else if (cells == num_columns_) {
    ++num_rows_;
  } else {
    return AtByte(begins_[row_],
                  RequestError(fmt::format("row of {} cells, the header has {}", cells,
                                           num_columns_)));
  }
  row_ = begins_.size();
  return arrow::Status::OK();
}

arrow::Result<size_t> CsvTable::EndOfQuoted(size_t begin) const {
  if (begin != begins_.back()) {
    return AtByte(begin, RequestError("quote in the middle of a cell"));
  }
  for (size_t at = begin + 1;; ++at) {
    at = text_.find('"', at);
    if (at == std::string_view::npos) {
      return AtByte(begin, RequestError("quote is not closed"));
    }
    const char next = ++at < text_.size() ? text_[at] : '\n';
    if (next == ',' || next == '\n' || next == '\r') return at;
    if (next != '"') return AtByte(at, RequestError("text after a closing quote"));
  }
}

std::string_view CsvTable::Unquoted(std::string_view cell,
                                    std::deque<std::string>* unquoted) {
  cell = cell.substr(1, cell.size() - 2);
  size_t quote = cell.find('"');
  if (quote == std::string_view::npos) return cell;
  std::string& text = unquoted->emplace_back();
  for (; quote != std::string_view::npos; quote = cell.find('"')) {
    text += cell.substr(0, quote + 1);
    cell.remove_prefix(quote + 2);
  }
  return text += cell;
}

arrow::Status CsvTable::InRow(int64_t row, const arrow::Status& status) const {
  return AtByte(begins_[(static_cast<size_t>(row) + 1) * num_columns_], status);
}

arrow::Status CsvTable::AtByte(size_t byte, const arrow::Status& status) const {
  int line = 1;
  for (size_t i = 0; i < byte; ++i) {
    line += text_[i] == '\n' || (text_[i] == '\r' && text_[i + 1] != '\n');
  }
  Diagnostic one = DiagnosticsOf(status).front();
  one.place = {name_ + ".csv", line, 0};
  return SpecErrors({std::move(one)});
}

}  // namespace lakeseed
