#include "lakeseed/base/user_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "lakeseed/base/csv_row.h"
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

std::string Quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

}  // namespace

arrow::Result<std::shared_ptr<const VocabularyTable>> ParseUserVocabulary(
    const std::string& name, std::string_view csv) {
  std::deque<std::string> unquoted;
  CsvRowReader reader(csv, &unquoted);
  std::vector<std::string_view> heads, cells;
  std::vector<int> places;
  // Rows of a wrong length are what Parse() reports.
  for (bool is_head = true;; is_head = false) {
    const arrow::Result<bool> more = reader.Next(&cells);
    if (!more.ok() || !*more) break;
    if (is_head) {
      heads = cells;
      places.assign(heads.size(), 0);
      continue;
    }
    for (size_t i = 0; i < std::min(cells.size(), heads.size()); ++i) {
      const int found = PlacesOf(cells[i]);
      const bool is_number = places[i] != kNotANumber && found != kNotANumber;
      places[i] = is_number ? std::max(places[i], found) : kNotANumber;
    }
  }
  const auto is_empty = [&] {
    return RequestError("a vocabulary table has a header and rows: " + name);
  };
  if (csv.empty()) return is_empty();
  std::string typed;
  for (size_t i = 0; i < heads.size(); ++i) {
    std::string head(heads[i]);
    if (head.find(':') == std::string::npos && places[i] != kNotANumber) {
      head += places[i] == 0 ? ":int" : fmt::format(":decimal({})", places[i]);
    }
    typed += (i == 0 ? "" : ",") + Quoted(head);
  }
  const size_t end = csv.find('\n');
  typed += "\n";
  if (end != std::string_view::npos) typed += csv.substr(end + 1);
  ARROW_ASSIGN_OR_RAISE(auto table, VocabularyTable::Parse(name, std::move(typed)));
  if (table->num_rows() == 0) return is_empty();
  return table;
}

}  // namespace lakeseed
