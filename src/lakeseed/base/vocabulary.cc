#include "lakeseed/base/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>

#include "lakeseed/base/csv_row.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/base/user_vocabulary.h"

namespace lakeseed {
namespace {

using Column = VocabularyTable::Column;
using Type = VocabularyTable::Type;

constexpr char kBuildHint[] =
    "build the vocabulary with `make build`, or set LAKESEED_VOCAB";

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kText:
      return "text";
    case Type::kInteger:
      return "integers";
    case Type::kDouble:
      return "doubles";
  }
  return "";
}

arrow::Result<Column> ParseHead(std::string_view head) {
  Column column;
  const size_t colon = head.find(':');
  column.name = std::string(head.substr(0, colon));
  if (column.name.empty()) return RequestError("column without a name");
  if (colon == std::string_view::npos) return column;
  std::string_view type = head.substr(colon + 1);
  if (type == "int") {
    column.type = Type::kInteger;
    return column;
  }
  if (type == "double") {
    column.type = Type::kDouble;
    return column;
  }
  if (type.starts_with("decimal(") && type.ends_with(')')) {
    type.remove_prefix(8);
    type.remove_suffix(1);
    const auto [end, error] =
        std::from_chars(type.data(), type.data() + type.size(), column.scale);
    if (error == std::errc() && end == type.data() + type.size() && column.scale >= 0 &&
        column.scale <= kMaxScale) {
      column.type = Type::kInteger;
      return column;
    }
  }
  return RequestError(fmt::format("unknown type of a column: {}", head));
}

// std::from_chars knows no locale and rounds doubles correctly.
template <typename T>
bool ParseNumber(std::string_view text, T* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

/// A number of at most 15 digits with a point among them, as coordinates are; false for
/// other texts. Its digits and the power of ten are exact as doubles, so that their
/// quotient is rounded as std::from_chars rounds, at a part of its cost.
bool ParseShortDecimal(std::string_view text, double* out) {
  constexpr size_t kMostDigits = 15;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.size() > kMostDigits + 1) return false;
  int64_t digits = 0, power = 0;
  for (const char c : text) {
    if (c == '.' && power == 0) {
      power = 1;
    } else if (c >= '0' && c <= '9') {
      digits = 10 * digits + (c - '0');
      power *= 10;
    } else {
      return false;
    }
  }
  if (power <= 1 || text.front() == '.') return false;
  const double number = static_cast<double>(digits) / static_cast<double>(power);
  *out = is_negative ? -number : number;
  return true;
}

arrow::Status AppendNumber(std::string_view text, Column* column) {
  const auto wrong = [&] {
    return RequestError(fmt::format("{}: not a number: {}", column->name,
                                    text.empty() ? "(empty)" : text));
  };
  if (column->type == Type::kDouble) {
    double& number = column->doubles.emplace_back();
    if (!ParseShortDecimal(text, &number) && !ParseNumber(text, &number)) return wrong();
  } else if (column->scale == 0) {
    if (!ParseNumber(text, &column->integers.emplace_back())) return wrong();
  } else {
    const auto decimal = ParseDecimal(text);
    if (!decimal.ok()) return wrong();
    ARROW_ASSIGN_OR_RAISE(const int64_t value,
                          Rescale(decimal->unscaled, decimal->scale, column->scale));
    column->integers.push_back(value);
  }
  return arrow::Status::OK();
}

// Directory and cache, guarded by one mutex: tables are read once and rarely.
struct Shelf {
  std::mutex mutex;
  std::string directory;
  std::map<std::string, std::shared_ptr<const VocabularyTable>, std::less<>> tables;
  /// Those of users by name, with their text.
  struct Added {
    std::shared_ptr<const VocabularyTable> table;
    std::string text;
  };
  std::map<std::string, Added, std::less<>> added;

  std::string Directory() const {
    const char* set = std::getenv("LAKESEED_VOCAB");
    return set != nullptr && *set != '\0' ? set : directory;
  }
};

Shelf& TheShelf() {
  static Shelf shelf;
  return shelf;
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".csv") names.push_back(it->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

arrow::Status Missing(std::string_view name, const std::string& directory) {
  const auto names = NamesIn(directory);
  if (names.empty()) {
    return RequestError(fmt::format("no vocabulary in this directory: {}", directory),
                        kBuildHint);
  }
  const std::string near = DidYouMean(name, names);
  return RequestError(fmt::format("unknown vocabulary table: {}", name),
                      near.empty() ? fmt::format("there are {}; if it is new, build the "
                                                 "vocabulary again with `make build`",
                                                 fmt::join(names, ", "))
                                   : near);
}

arrow::Status InFile(const std::string& name, int64_t line, const arrow::Status& status) {
  Diagnostic one = DiagnosticsOf(status).front();
  one.place = {name + ".csv", static_cast<int>(line), 0};
  return SpecErrors({std::move(one)});
}

}  // namespace

arrow::Result<std::shared_ptr<const VocabularyTable>> VocabularyTable::Parse(
    std::string name, std::string csv) {
  std::shared_ptr<VocabularyTable> table(new VocabularyTable());
  table->name_ = std::move(name);
  table->csv_ = std::move(csv);
  CsvRowReader reader(table->csv_, &table->unquoted_);
  std::vector<std::string_view> cells;
  size_t lines = 0;
  for (size_t at = 0; (at = table->csv_.find('\n', at)) != std::string::npos; ++at) {
    ++lines;
  }
  for (bool head = true;; head = false) {
    auto more = reader.Next(&cells);
    if (!more.ok()) return InFile(table->name_, reader.line(), more.status());
    if (!*more) break;
    if (head) {
      for (const std::string_view cell : cells) {
        auto column = ParseHead(cell);
        if (!column.ok()) return InFile(table->name_, reader.line(), column.status());
        // Rows as many as lines: no table is moved while it grows.
        if (column->type == Type::kText) column->text.reserve(lines);
        if (column->type == Type::kInteger) column->integers.reserve(lines);
        if (column->type == Type::kDouble) column->doubles.reserve(lines);
        table->columns_.push_back(std::move(*column));
      }
      continue;
    }
    if (cells.size() != table->columns_.size()) {
      return InFile(table->name_, reader.line(),
                    RequestError(fmt::format("row of {} cells, the header has {}",
                                             cells.size(), table->columns_.size())));
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      Column& column = table->columns_[i];
      if (column.type == Type::kText) {
        column.text.push_back(cells[i]);
        continue;
      }
      const auto status = AppendNumber(cells[i], &column);
      if (!status.ok()) return InFile(table->name_, reader.line(), status);
    }
    ++table->num_rows_;
  }
  if (table->columns_.empty()) {
    return InFile(table->name_, 1, RequestError("vocabulary table without a header"));
  }
  return table;
}

arrow::Result<const Column*> VocabularyTable::Find(std::string_view column) const {
  std::vector<std::string> names;
  for (const Column& one : columns_) {
    if (one.name == column) return &one;
    names.push_back(one.name);
  }
  std::string hint = DidYouMean(column, names);
  if (hint.empty()) hint = fmt::format("it has {}", fmt::join(names, ", "));
  return RequestError(fmt::format("vocabulary table {} has no column: {}", name_, column),
                      std::move(hint));
}

arrow::Result<const Column*> VocabularyTable::FindTyped(std::string_view column,
                                                        Type type) const {
  ARROW_ASSIGN_OR_RAISE(const Column* found, Find(column));
  if (found->type == type) return found;
  return RequestError(fmt::format("column of vocabulary table {} holds {}, not {}: {}",
                                  name_, TypeName(found->type), TypeName(type), column));
}

arrow::Result<std::span<const std::string_view>> VocabularyTable::Text(
    std::string_view column) const {
  ARROW_ASSIGN_OR_RAISE(const Column* found, FindTyped(column, Type::kText));
  return std::span<const std::string_view>(found->text);
}

arrow::Result<std::span<const int64_t>> VocabularyTable::Integers(
    std::string_view column) const {
  ARROW_ASSIGN_OR_RAISE(const Column* found, FindTyped(column, Type::kInteger));
  return std::span<const int64_t>(found->integers);
}

arrow::Result<std::span<const double>> VocabularyTable::Doubles(
    std::string_view column) const {
  ARROW_ASSIGN_OR_RAISE(const Column* found, FindTyped(column, Type::kDouble));
  return std::span<const double>(found->doubles);
}

void SetVocabularyDirectory(std::string path) {
  const std::lock_guard lock(TheShelf().mutex);
  TheShelf().directory = std::move(path);
}

std::string VocabularyDirectory() {
  const std::lock_guard lock(TheShelf().mutex);
  return TheShelf().Directory();
}

std::vector<std::string> VocabularyNames() {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  std::vector<std::string> names = NamesIn(shelf.Directory());
  for (const auto& [name, one] : shelf.added) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

arrow::Status AddVocabulary(std::shared_ptr<const VocabularyTable> table,
                            std::string_view text) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  const std::string& name = table->name();
  const auto names = NamesIn(shelf.Directory());
  if (std::binary_search(names.begin(), names.end(), name)) {
    return RequestError("a built-in vocabulary table has this name: " + name,
                        "choose another name");
  }
  const auto [at, is_new] = shelf.added.try_emplace(name);
  if (!is_new && at->second.text != text) {
    return RequestError("two vocabulary tables of one name: " + name);
  }
  if (is_new) at->second = {std::move(table), std::string(text)};
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<const VocabularyTable>> Vocabulary(std::string_view name) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  if (const auto own = shelf.added.find(name); own != shelf.added.end()) {
    return own->second.table;
  }
  const std::string directory = shelf.Directory();
  if (directory.empty())
    return RequestError("no vocabulary directory is set", kBuildHint);
  const std::string path = fmt::format("{}/{}.csv", directory, name);
  if (auto found = shelf.tables.find(path); found != shelf.tables.end())
    return found->second;
  std::ifstream file(path, std::ios::binary);
  if (!file || name.find('/') != std::string_view::npos) return Missing(name, directory);
  file.seekg(0, std::ios::end);
  std::string text(static_cast<size_t>(std::max<std::streamoff>(file.tellg(), 0)), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  ARROW_ASSIGN_OR_RAISE(auto table,
                        VocabularyTable::Parse(std::string(name), std::move(text)));
  shelf.tables.emplace(path, table);
  return table;
}

}  // namespace lakeseed
