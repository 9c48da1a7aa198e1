#include "lakeseed/cli/state_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/state/state_path.h"

namespace lakeseed {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kWhere = "where the state is";

constexpr OptionDef kStateDefs[] = {
    {.name = "output",
     .letter = 'O',
     .value = "DIR",
     .help = "the output whose state it is: DIR/.lakeseed/state.sqlite",
     .group = kWhere,
     .fallback = "./data"},
    {.name = "state",
     .value = "FILE",
     .help = "the state file itself, or the SQLite file of a warehouse",
     .group = kWhere},
};

/// Reals from here on are shown as whole numbers.
constexpr double kNoFraction = 1000;

/// Three digits behind the point are enough for a person.
std::string RealText(double value) {
  std::string text = fmt::format("{:.3f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Names of a JSON array as a list of words; other text as it is.
std::string ListText(const std::string& text) {
  if (!text.starts_with('[')) return text;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return text;
  std::vector<std::string> words;
  for (const Json& one : json) {
    if (!one.is_string()) return text;
    words.push_back(one.get<std::string>());
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

bool IsNumeric(const QueryResult& result, size_t column) {
  bool has_number = false;
  for (const auto& row : result.rows) {
    if (std::holds_alternative<std::string>(row[column])) return false;
    has_number |= !std::holds_alternative<std::monostate>(row[column]);
  }
  return has_number;
}

std::string TextOfAll(const QueryResult& result) {
  std::vector<std::string> heads;
  for (size_t c = 0; c < result.columns.size(); ++c) {
    heads.push_back((IsNumeric(result, c) ? ">" : "") + result.columns[c]);
  }
  TextTable table(std::move(heads));
  for (const auto& row : result.rows) {
    std::vector<std::string> cells;
    for (const SqlValue& value : row) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        cells.push_back(*text);
      } else if (const auto* whole = std::get_if<int64_t>(&value)) {
        cells.push_back(fmt::format("{}", *whole));
      } else if (const auto* real = std::get_if<double>(&value)) {
        cells.push_back(RealText(*real));
      } else {
        cells.emplace_back("NULL");
      }
    }
    table.Add(std::move(cells));
  }
  return table.ToText();
}

/// "2024-05-01 12:00:00.123456" without the fraction; other text as it is.
std::string_view WithoutFraction(std::string_view text) {
  constexpr size_t kToSeconds = 19;
  const bool is_time = text.size() > kToSeconds && text[4] == '-' && text[10] == ' ' &&
                       text[kToSeconds] == '.';
  return is_time ? text.substr(0, kToSeconds) : text;
}

std::string ShownCell(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return ListText(std::string(WithoutFraction(*text)));
  }
  if (const auto* whole = std::get_if<int64_t>(&value)) return FormatCount(*whole);
  if (const auto* real = std::get_if<double>(&value)) {
    return *real < kNoFraction ? RealText(*real)
                               : FormatCount(static_cast<int64_t>(*real));
  }
  return "-";
}

}  // namespace

constinit const std::span<const OptionDef> kStateOptions = kStateDefs;

std::string StatePathFor(const Arguments& arguments) {
  if (arguments.Has("state")) return arguments.Text("state");
  return StatePathOf(arguments.Text("output"));
}

arrow::Result<std::unique_ptr<StateReader>> OpenState(const Arguments& arguments) {
  return StateReader::Open(StatePathFor(arguments));
}

std::string TextOf(const QueryResult& result, std::span<const ShownColumn> shown) {
  if (shown.empty()) return TextOfAll(result);
  std::vector<std::string> heads;
  std::vector<size_t> places;
  for (const ShownColumn& column : shown) {
    heads.emplace_back(column.head);
    const auto at = std::find(result.columns.begin(), result.columns.end(), column.name);
    places.push_back(static_cast<size_t>(at - result.columns.begin()));
  }
  TextTable table(std::move(heads));
  for (const auto& row : result.rows) {
    std::vector<std::string> cells;
    for (const size_t place : places) cells.push_back(ShownCell(row.at(place)));
    table.Add(std::move(cells));
  }
  return table.ToText();
}

Json JsonOf(const QueryResult& result, std::string_view json_columns) {
  const std::vector<std::string_view> parsed = Words(json_columns);
  Json list = Json::array();
  for (const auto& row : result.rows) {
    Json& one = list.emplace_back(Json::object());
    for (size_t c = 0; c < row.size(); ++c) {
      Json& cell = one[result.columns[c]];
      std::visit(
          [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
              cell = nullptr;
            } else {
              cell = value;
            }
          },
          row[c]);
      const bool is_json =
          std::find(parsed.begin(), parsed.end(), result.columns[c]) != parsed.end();
      if (!is_json || !cell.is_string()) continue;
      Json value = Json::parse(cell.get<std::string>(), nullptr, false);
      if (!value.is_discarded()) cell = std::move(value);
    }
  }
  return list;
}

}  // namespace lakeseed
