#include "lakeseed/validate/facts.h"

#include <arrow/api.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

// "decimal64(12, 2)": the two numbers.
bool TwoNumbers(const std::string& text, int32_t* a, int32_t* b) {
  const size_t open = text.find('('), comma = text.find(", ");
  if (open == std::string::npos || comma == std::string::npos) return false;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data() + open + 1, end, *a).ec == std::errc() &&
         std::from_chars(text.data() + comma + 2, end, *b).ec == std::errc();
}

arrow::Result<TypePtr> TypeOf(const std::string& text) {
  for (const TypePtr& type :
       {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(), arrow::uint8(),
        arrow::uint16(), arrow::uint32(), arrow::uint64(), arrow::float32(),
        arrow::float64(), arrow::boolean(), arrow::utf8(), arrow::date32()}) {
    if (type->ToString() == text) return type;
  }
  if (text == "large_string") return arrow::utf8();
  if (text.starts_with("timestamp[")) {
    return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  }
  int32_t precision = 0, scale = 0;
  if (text.starts_with("decimal") && TwoNumbers(text, &precision, &scale)) {
    ARROW_ASSIGN_OR_RAISE(const TypePtr type,
                          arrow::Decimal128Type::Make(precision, scale));
    return PlainType(type);
  }
  if (text.starts_with("time64[")) return arrow::time64(arrow::TimeUnit::MICRO);
  return arrow::Status::Invalid("manifest names an unknown type: ", text);
}

arrow::Result<FileFacts> FileFromJson(const nlohmann::json& json) {
  FileFacts file;
  file.path = json.at("path").get<std::string>();
  file.format = json.at("format").get<std::string>();
  file.num_rows = json.at("num_rows").get<int64_t>();
  file.size_bytes = json.at("size_bytes").get<int64_t>();
  file.first_row = json.at("rows").at(0).get<int64_t>();
  file.end_row = json.at("rows").at(1).get<int64_t>();
  for (const auto& pair : json.value("partition", nlohmann::json::array())) {
    file.partition.emplace_back(pair.at(0), pair.at(1));
  }
  for (const auto& one : json.at("columns")) {
    ColumnFacts column;
    column.name = one.at("name").get<std::string>();
    const std::string type = one.at("type").get<std::string>();
    ARROW_ASSIGN_OR_RAISE(column.type, TypeOf(type));
    column.naive = type.starts_with("timestamp[") && !type.ends_with("tz=UTC]");
    column.null_count = one.at("null_count").get<int64_t>();
    column.min = one.value("min", nlohmann::json());
    column.max = one.value("max", nlohmann::json());
    file.columns.push_back(std::move(column));
  }
  return file;
}

}  // namespace

const ColumnFacts* TableFacts::FindColumn(const std::string& name) const {
  for (const FileFacts& file : files) {
    for (const ColumnFacts& column : file.columns) {
      if (column.name == name) return &column;
    }
  }
  return nullptr;
}

std::shared_ptr<arrow::DataType> PlainType(const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      if (decimal.precision() > 18) return type;
      return arrow::decimal64(decimal.precision(), decimal.scale());
    }
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return arrow::utf8();
    case arrow::Type::DICTIONARY:
      return PlainType(static_cast<const arrow::DictionaryType&>(*type).value_type());
    case arrow::Type::TIMESTAMP:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    default:
      return type;
  }
}

arrow::Result<DatasetFacts> FactsFromJson(const nlohmann::json& json,
                                          const std::string& dataset) {
  DatasetFacts facts;
  try {
    for (const auto& [name, entry] : json.at("tables").items()) {
      const std::string bare = entry.at("table").get<std::string>();
      if (name != dataset + "." + bare) continue;
      TableFacts& table = facts.tables[bare];
      table.num_rows = entry.at("num_rows").get<int64_t>();
      table.size_bytes = entry.at("size_bytes").get<int64_t>();
      table.identity = entry.value("identity", nlohmann::json::object());
      for (const auto& file : entry.at("files")) {
        ARROW_ASSIGN_OR_RAISE(FileFacts made, FileFromJson(file));
        table.files.push_back(std::move(made));
      }
      std::stable_sort(table.files.begin(), table.files.end(),
                       [](const FileFacts& a, const FileFacts& b) {
                         return a.first_row < b.first_row;
                       });
    }
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("manifest is damaged: ", error.what());
  }
  return facts;
}

arrow::Result<nlohmann::json> ReadManifestJson(const std::string& root) {
  std::ifstream in(root + "/" + kFactsPath, std::ios::binary);
  if (!in) {
    return RequestError("there is no dataset here: " + root,
                        std::string("a dataset has a file ") + kFactsPath);
  }
  std::stringstream text;
  text << in.rdbuf();
  nlohmann::json json = nlohmann::json::parse(text.str(), nullptr, false);
  if (json.is_discarded()) {
    return arrow::Status::Invalid("manifest is not JSON: ", root, "/", kFactsPath);
  }
  return json;
}

}  // namespace lakeseed
