#include "lakeseed/write/data_file.h"

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lakeseed/base/type_text.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;
using ScalarPtr = std::shared_ptr<arrow::Scalar>;
using TypePtr = std::shared_ptr<arrow::DataType>;

ordered_json RealToJson(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return value;
}

arrow::Result<ScalarPtr> ScalarFromText(const std::string& text, const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::STRING:
      return std::make_shared<arrow::StringScalar>(text);
    case arrow::Type::LARGE_STRING:
      return std::make_shared<arrow::LargeStringScalar>(text);
    case arrow::Type::DATE32: {
      ARROW_ASSIGN_OR_RAISE(const int64_t days, ParseDayOf(text));
      return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(days));
    }
    case arrow::Type::TIMESTAMP: {
      const auto unit = static_cast<const arrow::TimestampType&>(*type).unit();
      ARROW_ASSIGN_OR_RAISE(const int64_t ticks,
                            ParseTimestamp(text, FractionDigits(unit)));
      return std::make_shared<arrow::TimestampScalar>(ticks, type);
    }
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      ARROW_ASSIGN_OR_RAISE(const auto value, arrow::Decimal128::FromString(text));
      const auto low = static_cast<int64_t>(value.low_bits());
      if (type->id() == arrow::Type::DECIMAL32) {
        return std::make_shared<arrow::Decimal32Scalar>(
            arrow::Decimal32(static_cast<int32_t>(low)), type);
      }
      if (type->id() == arrow::Type::DECIMAL64) {
        return std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(low), type);
      }
      return std::make_shared<arrow::Decimal128Scalar>(value, type);
    }
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE: {
      const double value = text == "nan"   ? std::nan("")
                           : text == "inf" ? INFINITY
                                           : -INFINITY;
      if (type->id() == arrow::Type::DOUBLE) return arrow::MakeScalar(value);
      return arrow::MakeScalar(static_cast<float>(value));
    }
    default:
      return arrow::Status::Invalid("no value of ", type->ToString(), ": ", text);
  }
}

}  // namespace

TypePtr ValueType(const TypePtr& type) {
  if (type->id() != arrow::Type::DICTIONARY) return type;
  return static_cast<const arrow::DictionaryType&>(*type).value_type();
}

ordered_json ScalarToJson(const arrow::Scalar& scalar) {
  std::string text;
  switch (scalar.type->id()) {
    case arrow::Type::INT8:
      return static_cast<const arrow::Int8Scalar&>(scalar).value;
    case arrow::Type::INT16:
      return static_cast<const arrow::Int16Scalar&>(scalar).value;
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Scalar&>(scalar).value;
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Scalar&>(scalar).value;
    case arrow::Type::UINT8:
      return static_cast<const arrow::UInt8Scalar&>(scalar).value;
    case arrow::Type::UINT16:
      return static_cast<const arrow::UInt16Scalar&>(scalar).value;
    case arrow::Type::UINT32:
      return static_cast<const arrow::UInt32Scalar&>(scalar).value;
    case arrow::Type::UINT64:
      return static_cast<const arrow::UInt64Scalar&>(scalar).value;
    case arrow::Type::TIME64:
      return static_cast<const arrow::Time64Scalar&>(scalar).value;
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanScalar&>(scalar).value;
    case arrow::Type::FLOAT:
      return RealToJson(static_cast<const arrow::FloatScalar&>(scalar).value);
    case arrow::Type::DOUBLE:
      return RealToJson(static_cast<const arrow::DoubleScalar&>(scalar).value);
    case arrow::Type::DATE32:
      AppendDate(static_cast<const arrow::Date32Scalar&>(scalar).value, &text);
      return text;
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*scalar.type);
      AppendTimestamp(static_cast<const arrow::TimestampScalar&>(scalar).value,
                      FractionDigits(type.unit()), 'T', !type.timezone().empty(), &text);
      return text;
    }
    default:
      return scalar.ToString();  // Strings as they are; decimals exact.
  }
}

arrow::Result<ScalarPtr> ScalarFromJson(const ordered_json& json, const TypePtr& type) {
  if (json.is_string()) return ScalarFromText(json.get<std::string>(), type);
  if (json.is_boolean()) return arrow::MakeScalar(json.get<bool>());
  if (!json.is_number()) return arrow::Status::Invalid("not a value: ", json.dump());
  switch (type->id()) {
    case arrow::Type::FLOAT:
      return arrow::MakeScalar(json.get<float>());
    case arrow::Type::DOUBLE:
      return arrow::MakeScalar(json.get<double>());
    case arrow::Type::UINT64:
      return arrow::MakeScalar(json.get<uint64_t>());
    default:
      return arrow::MakeScalar(type, json.get<int64_t>());
  }
}

bool ColumnStatistics::operator==(const ColumnStatistics& other) const {
  const auto equal = [](const ScalarPtr& a, const ScalarPtr& b) {
    if (a == nullptr || b == nullptr) return a == b;
    return a->Equals(*b, arrow::EqualOptions().signed_zeros_equal(false));
  };
  const bool same_type =
      type == other.type || (type && other.type && type->Equals(*other.type));
  return name == other.name && same_type && null_count == other.null_count &&
         nan_count == other.nan_count && equal(min, other.min) && equal(max, other.max);
}

std::string PlannedPath(const DataFile& file) {
  const size_t name = file.path.rfind('/') + 1;
  size_t end = name;  // Of the folder that the partitions are in, with its '/'.
  for (size_t i = 0; i < file.partition_values.size() && end > 0; ++i) {
    end = file.path.rfind('/', end - 2) + 1;
  }
  return file.path.substr(0, end) + file.path.substr(name);
}

ordered_json ToJson(const DataFile& file) {
  ordered_json columns = ordered_json::array();
  for (const ColumnStatistics& column : file.columns) {
    ordered_json one{{"name", column.name},
                     {"type", column.type->ToString()},
                     {"null_count", column.null_count}};
    if (column.nan_count > 0) one["nan_count"] = column.nan_count;
    if (column.min) one["min"] = ScalarToJson(*column.min);
    if (column.max) one["max"] = ScalarToJson(*column.max);
    columns.push_back(std::move(one));
  }
  ordered_json partition = ordered_json::array();
  for (const auto& [name, value] : file.partition_values) {
    partition.push_back({name, value ? ordered_json(*value) : ordered_json()});
  }
  ordered_json json{{"path", file.path},
                    {"table", file.table},
                    {"format", file.format},
                    {"num_rows", file.num_rows},
                    {"size_bytes", file.size_bytes},
                    {"rows", {file.rows.begin, file.rows.end}}};
  if (file.day) {
    std::string day;
    AppendDate(*file.day, &day);
    json["day"] = std::move(day);
  }
  if (!file.partition_values.empty()) json["partition"] = std::move(partition);
  if (!file.order.empty()) {
    json[file.order.is_z_order ? "z_ordered_by" : "sorted_by"] = file.order.columns;
  }
  json["columns"] = std::move(columns);
  return json;
}

arrow::Result<DataFile> DataFileFromJson(const ordered_json& json) {
  DataFile file;
  try {
    file.path = json.at("path").get<std::string>();
    file.table = json.at("table").get<std::string>();
    file.format = json.at("format").get<std::string>();
    file.num_rows = json.at("num_rows").get<int64_t>();
    file.size_bytes = json.at("size_bytes").get<int64_t>();
    file.rows = {json.at("rows").at(0).get<int64_t>(),
                 json.at("rows").at(1).get<int64_t>()};
    if (json.contains("day")) {
      ARROW_ASSIGN_OR_RAISE(const int64_t day,
                            ParseDayOf(json.at("day").get<std::string>()));
      file.day = static_cast<int32_t>(day);
    }
    for (const auto& pair : json.value("partition", ordered_json::array())) {
      const ordered_json& value = pair.at(1);
      file.partition_values.emplace_back(pair.at(0).get<std::string>(),
                                         value.is_null()
                                             ? std::optional<std::string>()
                                             : std::optional(value.get<std::string>()));
    }
    file.order.is_z_order = json.contains("z_ordered_by");
    const char* const order = file.order.is_z_order ? "z_ordered_by" : "sorted_by";
    file.order.columns = json.value(order, std::vector<std::string>());
    for (const auto& one : json.at("columns")) {
      ColumnStatistics column;
      column.name = one.at("name").get<std::string>();
      ARROW_ASSIGN_OR_RAISE(column.type, TypeFromText(one.at("type").get<std::string>()));
      column.null_count = one.at("null_count").get<int64_t>();
      column.nan_count = one.value("nan_count", int64_t{0});
      if (one.contains("min")) {
        ARROW_ASSIGN_OR_RAISE(column.min, ScalarFromJson(one.at("min"), column.type));
      }
      if (one.contains("max")) {
        ARROW_ASSIGN_OR_RAISE(column.max, ScalarFromJson(one.at("max"), column.type));
      }
      file.columns.push_back(std::move(column));
    }
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("not the facts of a data file: ", error.what());
  }
  return file;
}

}  // namespace lakeseed
