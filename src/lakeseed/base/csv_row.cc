#include "lakeseed/base/csv_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

/// Whether a character ends a cell: comma, line end, quote.
constexpr auto kEndsCell = [] {
  std::array<bool, 256> ends{};
  for (const char c : {',', '\n', '\r', '"'}) ends[static_cast<uint8_t>(c)] = true;
  return ends;
}();

size_t CellEnd(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && !kEndsCell[static_cast<uint8_t>(text[end])]) ++end;
  return end;
}

}  // namespace

CsvRowReader::CsvRowReader(std::string_view text, std::deque<std::string>* unquoted)
    : rest_(text), unquoted_(unquoted) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
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
      const size_t end = CellEnd(rest_);
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
