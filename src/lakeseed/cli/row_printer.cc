#include "lakeseed/cli/row_printer.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "lakeseed/write/data_file.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/nested_text.h"
#include "lakeseed/write/row_text.h"

namespace lakeseed {

arrow::Result<std::vector<std::vector<std::string>>> CellTexts(
    const arrow::RecordBatch& batch, const std::string& null) {
  const TextDialect dialect{.time_separator = ' ',
                            .quote_times = false,
                            .naive_timestamps = true,
                            .null = null,
                            .nan = "NaN",
                            .infinity = "inf",
                            .minus_infinity = "-inf",
                            .write_text = WriteAsItStands};
  std::vector<std::vector<std::string>> cells;
  for (const auto& column : batch.columns()) {
    // What is inside structs and lists would be hard to tell apart.
    const bool is_nested = IsNestedType(*column->type());
    ARROW_ASSIGN_OR_RAISE(
        const auto formatter,
        ColumnFormatter::Make(column->type(), is_nested ? JsonDialect(true) : dialect));
    ColumnText text;
    ARROW_RETURN_NOT_OK(formatter->Format(*column, &text));
    std::vector<std::string>& out = cells.emplace_back();
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      out.emplace_back(is_nested && column->IsNull(row) ? null : text.at(row));
    }
  }
  return cells;
}

arrow::Result<nlohmann::ordered_json> RowsAsJson(const arrow::RecordBatch& batch) {
  std::vector<ColumnText> nested(static_cast<size_t>(batch.num_columns()));
  for (int c = 0; c < batch.num_columns(); ++c) {
    const auto& column = batch.column(c);
    if (!IsNestedType(*column->type())) continue;
    ARROW_ASSIGN_OR_RAISE(const auto formatter,
                          ColumnFormatter::Make(column->type(), JsonDialect(false)));
    ARROW_RETURN_NOT_OK(formatter->Format(*column, &nested[c]));
  }
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (int c = 0; c < batch.num_columns(); ++c) {
      if (!nested[c].places.empty()) {
        object[batch.column_name(c)] = nlohmann::ordered_json::parse(nested[c].at(row));
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(auto value, batch.column(c)->GetScalar(row));
      if (value->type->id() == arrow::Type::DICTIONARY && value->is_valid) {
        ARROW_ASSIGN_OR_RAISE(
            value, static_cast<const arrow::DictionaryScalar&>(*value).GetEncodedValue());
      }
      nlohmann::ordered_json& cell = object[batch.column_name(c)];
      cell = value->is_valid ? ScalarToJson(*value) : nlohmann::ordered_json();
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

bool IsNumeric(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) ||
         arrow::is_decimal(type.id());
}

}  // namespace lakeseed
