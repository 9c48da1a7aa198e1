#include "lakeseed/commit/iceberg/schema.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lakeseed/base/status.h"
#include "lakeseed/base/utf8.h"
#include "lakeseed/commit/iceberg/value_bytes.h"
#include "lakeseed/commit/text_bounds.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr char kFieldId[] = "PARQUET:field_id";

arrow::Result<int> IdOf(const arrow::Field& field) {
  const auto& metadata = field.metadata();
  const int at = metadata == nullptr ? -1 : metadata->FindKey(kFieldId);
  if (at < 0) return arrow::Status::Invalid("no field id: ", field.name());
  return std::stoi(metadata->value(at));
}

arrow::Result<ordered_json> StructOf(const arrow::FieldVector& fields,
                                     const std::string& around);

arrow::Result<ordered_json> TypeOf(const arrow::DataType& type,
                                   const std::string& column) {
  switch (type.id()) {
    case arrow::Type::STRUCT: {
      ARROW_ASSIGN_OR_RAISE(ordered_json fields, StructOf(type.fields(), column + "."));
      return ordered_json{{"type", "struct"}, {"fields", std::move(fields)}};
    }
    case arrow::Type::LIST: {
      const arrow::Field& element = *type.field(0);
      ARROW_ASSIGN_OR_RAISE(const int id, IdOf(element));
      ARROW_ASSIGN_OR_RAISE(ordered_json inside,
                            TypeOf(*element.type(), column + ".element"));
      return ordered_json{{"type", "list"},
                          {"element-id", id},
                          {"element", std::move(inside)},
                          {"element-required", !element.nullable()}};
    }
    case arrow::Type::BOOL:
      return "boolean";
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
      return "int";
    case arrow::Type::INT64:
      return "long";
    case arrow::Type::FLOAT:
      return "float";
    case arrow::Type::DOUBLE:
      return "double";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return "string";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      return "binary";
    case arrow::Type::DATE32:
      return "date";
    case arrow::Type::TIMESTAMP: {
      const auto& time = static_cast<const arrow::TimestampType&>(type);
      if (time.unit() != arrow::TimeUnit::MICRO) break;
      return time.timezone().empty() ? "timestamp" : "timestamptz";
    }
    case arrow::Type::TIME64:
      if (static_cast<const arrow::Time64Type&>(type).unit() == arrow::TimeUnit::MICRO) {
        return "time";
      }
      break;
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return fmt::format("decimal({}, {})", decimal.precision(), decimal.scale());
    }
    default:
      break;
  }
  return RequestError(
      fmt::format("no Iceberg column is written for {}: {}", type.ToString(), column),
      "leave the column out, give it another type, or write --output-mode parquet");
}

arrow::Status CannotChange(const std::string& column, const std::string& there,
                           const std::string& here) {
  return RequestError(fmt::format("the table has another column of this name: {}: {} "
                                  "there, {} here",
                                  column, there, here),
                      "use another --output, or --if-exists overwrite");
}

arrow::Result<ordered_json> StructOf(const arrow::FieldVector& fields,
                                     const std::string& around) {
  ordered_json json = ordered_json::array();
  for (const auto& field : fields) {
    ARROW_ASSIGN_OR_RAISE(const int id, IdOf(*field));
    ARROW_ASSIGN_OR_RAISE(ordered_json type,
                          TypeOf(*field->type(), around + field->name()));
    json.push_back({{"id", id},
                    {"name", field->name()},
                    {"required", !field->nullable()},
                    {"type", std::move(type)}});
  }
  return json;
}

template <typename Value>
std::optional<std::string> RealBytes(Value value) {
  return std::isnan(value) ? std::nullopt : std::optional(LittleEndian(value));
}

template <typename Narrow>
int32_t IntegerOf(const arrow::Scalar& scalar) {
  return static_cast<const Narrow&>(scalar).value;
}

}  // namespace

arrow::Result<ordered_json> FieldsOf(const arrow::Schema& schema) {
  return StructOf(schema.fields(), "");
}

arrow::Result<ordered_json> MergeFields(const ordered_json& there,
                                        const ordered_json& here) {
  ordered_json merged = there;
  for (const ordered_json& field : here) {
    const std::string name = field.at("name").get<std::string>();
    const auto at = std::find_if(there.begin(), there.end(), [&](const auto& one) {
      return one.at("name") == name || one.at("id") == field.at("id");
    });
    if (at == there.end()) {
      ordered_json added = field;
      added["required"] = false;  // Rows that are there have no value.
      merged.push_back(std::move(added));
      continue;
    }
    if (at->at("name") != name || at->at("id") != field.at("id")) {
      return CannotChange(name,
                          fmt::format("{} with id {}", at->at("name").get<std::string>(),
                                      at->at("id").get<int>()),
                          fmt::format("id {}", field.at("id").get<int>()));
    }
    if (at->at("type") != field.at("type")) {
      return CannotChange(name, at->at("type").dump(), field.at("type").dump());
    }
    if (at->at("required").get<bool>() && !field.at("required").get<bool>()) {
      return CannotChange(name, "no nulls", "nulls");
    }
  }
  for (const ordered_json& field : there) {
    const bool is_here = std::any_of(here.begin(), here.end(), [&](const auto& one) {
      return one.at("id") == field.at("id");
    });
    if (is_here || !field.at("required").get<bool>()) continue;
    return CannotChange(field.at("name").get<std::string>(), "no nulls", "no column");
  }
  return merged;
}

std::optional<std::string> BoundBytes(const arrow::Scalar& scalar, bool is_upper) {
  switch (scalar.type->id()) {
    case arrow::Type::BOOL:
      return std::string(1, static_cast<const arrow::BooleanScalar&>(scalar).value);
    case arrow::Type::INT8:
      return LittleEndian(IntegerOf<arrow::Int8Scalar>(scalar));
    case arrow::Type::INT16:
      return LittleEndian(IntegerOf<arrow::Int16Scalar>(scalar));
    case arrow::Type::INT32:
      return LittleEndian(IntegerOf<arrow::Int32Scalar>(scalar));
    case arrow::Type::DATE32:
      return LittleEndian(IntegerOf<arrow::Date32Scalar>(scalar));
    case arrow::Type::INT64:
      return LittleEndian(static_cast<const arrow::Int64Scalar&>(scalar).value);
    case arrow::Type::TIMESTAMP:
      return LittleEndian(static_cast<const arrow::TimestampScalar&>(scalar).value);
    case arrow::Type::TIME64:
      return LittleEndian(static_cast<const arrow::Time64Scalar&>(scalar).value);
    case arrow::Type::FLOAT:
      return RealBytes(static_cast<const arrow::FloatScalar&>(scalar).value);
    case arrow::Type::DOUBLE:
      return RealBytes(static_cast<const arrow::DoubleScalar&>(scalar).value);
    case arrow::Type::DECIMAL32:
      return DecimalBytes(arrow::Decimal128(
          static_cast<const arrow::Decimal32Scalar&>(scalar).value.value()));
    case arrow::Type::DECIMAL64:
      return DecimalBytes(arrow::Decimal128(
          static_cast<const arrow::Decimal64Scalar&>(scalar).value.value()));
    case arrow::Type::DECIMAL128:
      return DecimalBytes(static_cast<const arrow::Decimal128Scalar&>(scalar).value);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING: {
      const auto text = static_cast<const arrow::BaseBinaryScalar&>(scalar).view();
      if (!IsUtf8(text)) return std::nullopt;
      std::string bound = is_upper ? UpperBound(text) : LowerBound(text);
      if (is_upper && bound.empty() && !text.empty()) return std::nullopt;
      return bound;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace lakeseed::iceberg
