#include "lakeseed/state/correlation.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

constexpr size_t kDateLetters = 10;  // YYYY-MM-DD

std::string DateText(const std::shared_ptr<arrow::Scalar>& value) {
  return value == nullptr ? "" : ScalarToJson(*value).get<std::string>();
}

}  // namespace

double DateColumn::CompletenessPercentage() const {
  if (total_count == 0) return 100;
  return 100.0 * static_cast<double>(total_count - null_count) /
         static_cast<double>(total_count);
}

const DateColumn* FileDates::primary() const {
  for (const DateColumn& column : columns) {
    if (column.is_primary) return &column;
  }
  return nullptr;
}

std::string FileDates::Sentence() const {
  std::string text = fmt::format("File {} contains {} records", path, rows);
  const DateColumn* column = primary();
  if (column == nullptr || rows == 0) return text;
  if (column->min.empty()) return text + fmt::format(" without {}", column->name);
  if (column->is_files_day && day) {
    std::string date;
    AppendDate(*day, &date);
    return text + fmt::format(" with {} = {}", column->name, date);
  }
  const auto date_of = [](const std::string& value) {
    return std::string_view(value).substr(0, kDateLetters);
  };
  if (date_of(column->min) == date_of(column->max)) {
    return text + fmt::format(" with {} = {}", column->name, date_of(column->min));
  }
  return text +
         fmt::format(" with {} from {} to {}", column->name, column->min, column->max);
}

FileDates CorrelateFile(const DataFile& file, const PrimaryDate& primary) {
  FileDates dates{file.table,      file.path, file.format, file.num_rows,
                  file.size_bytes, file.day,  {}};
  for (const ColumnStatistics& statistics : file.columns) {
    const bool is_date = statistics.type->id() == arrow::Type::DATE32;
    if (!is_date && statistics.type->id() != arrow::Type::TIMESTAMP) continue;
    DateColumn column;
    column.name = statistics.name;
    column.type = is_date ? "date" : "timestamp";
    column.min = DateText(statistics.min);
    column.max = DateText(statistics.max);
    column.null_count = statistics.null_count;
    column.total_count = file.num_rows;
    if (column.name == primary.column) {
      column.is_primary = true;
      column.is_files_day = primary.is_files_day;
    }
    dates.columns.push_back(std::move(column));
  }
  if (dates.primary() == nullptr && !dates.columns.empty()) {
    dates.columns.front().is_primary = true;
  }
  return dates;
}

nlohmann::ordered_json ToJson(const std::vector<DateColumn>& columns) {
  auto list = nlohmann::ordered_json::array();
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  for (const DateColumn& column : columns) {
    list.push_back({{"column_name", column.name},
                    {"data_type", column.type},
                    {"min_date", or_null(column.min)},
                    {"max_date", or_null(column.max)},
                    {"null_count", column.null_count},
                    {"total_count", column.total_count},
                    {"completeness_percentage", column.CompletenessPercentage()},
                    {"is_primary_date", column.is_primary}});
  }
  return list;
}

}  // namespace lakeseed
