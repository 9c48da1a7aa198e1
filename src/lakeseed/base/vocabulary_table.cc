#include "lakeseed/base/vocabulary_table.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "lakeseed/base/decimal.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

using Head = VocabularyTable::Head;
using Column = VocabularyTable::Column;
using Type = VocabularyTable::Type;

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

arrow::Result<Head> ParseHead(std::string_view head) {
  Head column;
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

}  // namespace

arrow::Result<std::shared_ptr<const VocabularyTable>> VocabularyTable::Open(
    std::string name, std::shared_ptr<arrow::Buffer> csv) {
  std::shared_ptr<VocabularyTable> table(new VocabularyTable());
  table->name_ = std::move(name);
  table->csv_ = std::move(csv);
  ARROW_ASSIGN_OR_RAISE(table->cells_,
                        CsvTable::Read(table->name_, std::string_view(*table->csv_)));
  ARROW_RETURN_NOT_OK(table->ReadHeads());
  return table;
}

arrow::Result<std::shared_ptr<const VocabularyTable>> VocabularyTable::Parse(
    std::string name, std::string csv) {
  ARROW_ASSIGN_OR_RAISE(auto table,
                        Open(std::move(name), arrow::Buffer::FromString(std::move(csv))));
  for (size_t i = 0; i < table->heads_.size(); ++i) {
    ARROW_RETURN_NOT_OK(table->ColumnAt(i).status());
  }
  return table;
}

arrow::Status VocabularyTable::ReadHeads() {
  std::deque<std::string> unquoted;
  for (size_t i = 0; i < cells_->num_columns(); ++i) {
    auto head = ParseHead(cells_->Head(i, &unquoted));
    if (!head.ok()) return cells_->InRow(CsvTable::kHeader, head.status());
    heads_.push_back(*std::move(head));
  }
  columns_.resize(heads_.size());
  return arrow::Status::OK();
}

arrow::Result<Column> VocabularyTable::Read(size_t index) const {
  Column column;
  static_cast<Head&>(column) = heads_[index];
  const auto rows = static_cast<size_t>(num_rows());
  if (column.type == Type::kText) column.text.reserve(rows);
  if (column.type == Type::kInteger) column.integers.reserve(rows);
  if (column.type == Type::kDouble) column.doubles.reserve(rows);
  for (int64_t row = 0; row < num_rows(); ++row) {
    const std::string_view cell = cells_->Cell(row, index, &column.unquoted);
    if (column.type == Type::kText) {
      column.text.push_back(cell);
      continue;
    }
    const auto status = AppendNumber(cell, &column);
    if (!status.ok()) return cells_->InRow(row, status);
  }
  return column;
}

arrow::Result<size_t> VocabularyTable::IndexOf(std::string_view column) const {
  std::vector<std::string> names;
  for (const Head& one : heads_) {
    if (one.name == column) return names.size();
    names.push_back(one.name);
  }
  std::string hint = DidYouMean(column, names);
  if (hint.empty()) hint = fmt::format("it has {}", fmt::join(names, ", "));
  return RequestError(fmt::format("vocabulary table {} has no column: {}", name_, column),
                      std::move(hint));
}

arrow::Result<const Column*> VocabularyTable::ColumnAt(size_t index) const {
  return columns_[index].Get([&] { return Read(index); });
}

arrow::Result<const Column*> VocabularyTable::Find(std::string_view column) const {
  ARROW_ASSIGN_OR_RAISE(const size_t index, IndexOf(column));
  return ColumnAt(index);
}

arrow::Result<const Column*> VocabularyTable::FindTyped(std::string_view column,
                                                        Type type) const {
  ARROW_ASSIGN_OR_RAISE(const size_t index, IndexOf(column));
  if (heads_[index].type == type) return ColumnAt(index);
  return RequestError(fmt::format("column of vocabulary table {} holds {}, not {}: {}",
                                  name_, TypeName(heads_[index].type), TypeName(type),
                                  column));
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

}  // namespace lakeseed
