#include "lakeseed/base/csv_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

bool EndsCell(char c) { return c == ',' || c == '\n' || c == '\r' || c == '"'; }

}  // namespace

CsvRowReader::CsvRowReader(std::string_view text) : rest_(text) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

arrow::Status CsvRowReader::ReadQuoted(std::string* cell) {
  const int64_t start = line_;
  rest_.remove_prefix(1);
  for (;;) {
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos) {
      return RequestError(fmt::format("line {}: quote is not closed", start));
    }
    cell->append(rest_.substr(0, end));
    line_ += std::count(rest_.begin(), rest_.begin() + static_cast<int64_t>(end), '\n');
    rest_.remove_prefix(end + 1);
    if (!rest_.starts_with('"')) break;
    cell->push_back('"');
    rest_.remove_prefix(1);
  }
  if (!rest_.empty() && rest_[0] != ',' && rest_[0] != '\n' && rest_[0] != '\r') {
    return RequestError(fmt::format("line {}: text after a closing quote", line_));
  }
  return arrow::Status::OK();
}

arrow::Result<bool> CsvRowReader::Next(std::vector<std::string>* cells) {
  cells->clear();
  row_line_ = line_;
  if (rest_.empty()) return false;
  for (;;) {
    std::string& cell = cells->emplace_back();
    if (rest_.starts_with('"')) {
      ARROW_RETURN_NOT_OK(ReadQuoted(&cell));
    } else {
      size_t end = 0;
      while (end < rest_.size() && !EndsCell(rest_[end])) ++end;
      cell.assign(rest_.substr(0, end));
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
