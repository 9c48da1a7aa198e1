#include "lakeseed/base/user_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "lakeseed/base/csv_table.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

constexpr int kNotANumber = -1;
constexpr size_t kMostDigits = 18;

/// Decimal places of a number as people write them; kNotANumber for other texts.
int PlacesOf(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto are_digits = [](std::string_view digits) {
    return !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                          [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!are_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return kNotANumber;
  if (whole.size() + rest.size() > kMostDigits) return kNotANumber;
  if (point == std::string_view::npos) return 0;
  return are_digits(rest) ? static_cast<int>(rest.size()) : kNotANumber;
}

/// Decimal places of the longest number of a column; kNotANumber if not all are numbers.
int PlacesIn(const CsvTable& cells, size_t column) {
  std::deque<std::string> unquoted;
  int places = 0;
  for (int64_t row = 0; row < cells.num_rows(); ++row) {
    const int found = PlacesOf(cells.Cell(row, column, &unquoted));
    if (found == kNotANumber) return kNotANumber;
    places = std::max(places, found);
  }
  return places;
}

std::string Quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

}  // namespace

arrow::Result<std::shared_ptr<const VocabularyTable>> ParseUserVocabulary(
    const std::string& name, std::string_view csv) {
  const auto is_empty = [&] {
    return RequestError("a vocabulary table has a header and rows: " + name);
  };
  if (csv.empty()) return is_empty();
  ARROW_ASSIGN_OR_RAISE(const CsvTable cells, CsvTable::Read(name, csv));
  if (cells.num_rows() == 0) return is_empty();
  std::string typed;
  for (size_t i = 0; i < cells.num_columns(); ++i) {
    std::deque<std::string> unquoted;
    std::string head(cells.Head(i, &unquoted));
    const int places = PlacesIn(cells, i);
    if (head.find(':') == std::string::npos && places != kNotANumber) {
      head += places == 0 ? ":int" : fmt::format(":decimal({})", places);
    }
    if (i > 0) typed += ',';
    typed += Quoted(head);
  }
  const size_t end = csv.find('\n');
  typed += "\n";
  if (end != std::string_view::npos) typed += csv.substr(end + 1);
  return VocabularyTable::Parse(name, std::move(typed));
}

}  // namespace lakeseed
