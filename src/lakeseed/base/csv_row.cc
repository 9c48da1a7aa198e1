#include "lakeseed/base/csv_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/status.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

namespace {

constexpr size_t kBlockSize = 64;

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

CsvRowReader::CsvRowReader(std::string_view text, std::deque<std::string>* unquoted)
    : text_(text), rest_(text), unquoted_(unquoted) {
  if (!text_.empty()) ends_ = EndsIn(text_);
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

size_t CsvRowReader::CellSize() {
  const size_t begin = text_.size() - rest_.size();
  for (size_t at = begin; at < text_.size(); at = block_ + kBlockSize) {
    if (at - block_ >= kBlockSize) {
      block_ = at;
      ends_ = EndsIn(text_.substr(at));
    }
    const uint64_t left = ends_ >> (at - block_);
    if (left != 0) return at + static_cast<size_t>(std::countr_zero(left)) - begin;
  }
  return rest_.size();
}

arrow::Result<std::string_view> CsvRowReader::ReadQuoted() {
  const int64_t start = line_;
  std::string_view cell;
  for (bool is_first = true;; is_first = false) {
    rest_.remove_prefix(1);
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos) {
      return RequestError(fmt::format("line {}: quote is not closed", start));
    }
    const std::string_view part = rest_.substr(0, end);
    line_ += std::count(part.begin(), part.end(), '\n');
    rest_.remove_prefix(end + 1);
    if (is_first) {
      cell = part;
    } else {
      cell = unquoted_->back().append(part);
    }
    if (!rest_.starts_with('"')) break;
    if (is_first) unquoted_->emplace_back(part);
    unquoted_->back().push_back('"');
  }
  if (!rest_.empty() && rest_[0] != ',' && rest_[0] != '\n' && rest_[0] != '\r') {
    return RequestError(fmt::format("line {}: text after a closing quote", line_));
  }
  return cell;
}

arrow::Result<bool> CsvRowReader::Next(std::vector<std::string_view>* cells) {
  cells->clear();
  row_line_ = line_;
  if (rest_.empty()) return false;
  for (;;) {
    if (rest_.starts_with('"')) {
      ARROW_ASSIGN_OR_RAISE(cells->emplace_back(), ReadQuoted());
    } else {
      const size_t end = CellSize();
      cells->push_back(rest_.substr(0, end));
      rest_.remove_prefix(end);
      if (rest_.starts_with('"')) {
        return RequestError(fmt::format("line {}: quote in the middle of a cell", line_));
      }
    }
    if (rest_.starts_with(',')) {
      rest_.remove_prefix(1);
      continue;
    }
    if (rest_.starts_with('\r')) rest_.remove_prefix(1);
    if (rest_.starts_with('\n')) rest_.remove_prefix(1);
    ++line_;
    return true;
  }
}

}  // namespace lakeseed
