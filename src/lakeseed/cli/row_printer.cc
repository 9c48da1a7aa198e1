#include "lakeseed/cli/row_printer.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "lakeseed/write/data_file.h"
#include "lakeseed/write/row_text.h"

namespace lakeseed {
namespace {

void AppendAsIs(std::string_view text, std::string* out) { out->append(text); }

}  // namespace

arrow::Result<std::vector<std::vector<std::string>>> CellTexts(
    const arrow::RecordBatch& batch, const std::string& null) {
  const TextDialect dialect{.time_separator = ' ',
                            .quote_times = false,
                            .naive_timestamps = true,
                            .null = null,
                            .nan = "NaN",
                            .infinity = "inf",
                            .minus_infinity = "-inf",
                            .append_text = AppendAsIs};
  std::vector<std::vector<std::string>> cells;
  for (const auto& column : batch.columns()) {
    ARROW_ASSIGN_OR_RAISE(const auto formatter,
                          ColumnFormatter::Make(column->type(), dialect));
    ColumnText text;
    ARROW_RETURN_NOT_OK(formatter->Format(*column, &text));
    std::vector<std::string>& out = cells.emplace_back();
    uint32_t begin = 0;
    for (const uint32_t end : text.ends) {
      out.push_back(text.text.substr(begin, end - begin));
      begin = end;
    }
  }
  return cells;
}

arrow::Result<nlohmann::ordered_json> RowsAsJson(const arrow::RecordBatch& batch) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (int c = 0; c < batch.num_columns(); ++c) {
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
