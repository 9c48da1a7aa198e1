#include "lakeseed/commit/delta/schema.h"

#include <arrow/type.h>
#include <arrow/util/string.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/status.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

arrow::Status NoSuchType(const arrow::DataType& type, const std::string& column) {
  return RequestError(
      fmt::format("Delta tables have no type for {}: {}", type.ToString(), column),
      "leave the column out, give it another type, or write --output-mode parquet");
}

arrow::Result<ordered_json> TypeOf(const arrow::DataType& type,
                                   const std::string& column);

arrow::Result<ordered_json> FieldOf(const arrow::Field& field,
                                    const std::string& parent) {
  const std::string column =
      parent.empty() ? field.name() : fmt::format("{}.{}", parent, field.name());
  ARROW_ASSIGN_OR_RAISE(ordered_json type, TypeOf(*field.type(), column));
  return ordered_json{{"name", field.name()},
                      {"type", std::move(type)},
                      {"nullable", field.nullable()},
                      {"metadata", ordered_json::object()}};
}

arrow::Result<ordered_json> StructOf(const arrow::FieldVector& children,
                                     const std::string& column) {
  ordered_json fields = ordered_json::array();
  std::map<std::string, std::string> names;
  for (const auto& child : children) {
    const std::string lower = arrow::internal::AsciiToLower(child->name());
    const auto [at, is_new] = names.emplace(lower, child->name());
    if (!is_new) {
      return RequestError(fmt::format("Delta tables do not tell names by their case: {}",
                                      at->second + ", " + child->name()));
    }
    ARROW_ASSIGN_OR_RAISE(ordered_json field, FieldOf(*child, column));
    fields.push_back(std::move(field));
  }
  return fields;
}

arrow::Result<ordered_json> NestedTypeOf(const arrow::DataType& type,
                                         const std::string& column) {
  if (type.id() == arrow::Type::STRUCT) {
    ARROW_ASSIGN_OR_RAISE(ordered_json fields, StructOf(type.fields(), column));
    return ordered_json{{"type", "struct"}, {"fields", std::move(fields)}};
  }
  if (type.id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(type);
    ARROW_ASSIGN_OR_RAISE(ordered_json key, TypeOf(*map.key_type(), column + ".key"));
    ARROW_ASSIGN_OR_RAISE(ordered_json item, TypeOf(*map.item_type(), column + ".value"));
    return ordered_json{{"type", "map"},
                        {"keyType", std::move(key)},
                        {"valueType", std::move(item)},
                        {"valueContainsNull", map.item_field()->nullable()}};
  }
  const arrow::Field& element = *type.field(0);
  ARROW_ASSIGN_OR_RAISE(ordered_json inner, TypeOf(*element.type(), column + ".element"));
  return ordered_json{{"type", "array"},
                      {"elementType", std::move(inner)},
                      {"containsNull", element.nullable()}};
}

arrow::Result<ordered_json> TypeOf(const arrow::DataType& type,
                                   const std::string& column) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return "boolean";
    case arrow::Type::INT8:
      return "byte";
    case arrow::Type::INT16:
      return "short";
    case arrow::Type::INT32:
      return "integer";
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
      if (time.unit() == arrow::TimeUnit::NANO) return NoSuchType(type, column);
      return time.timezone().empty() ? "timestamp_ntz" : "timestamp";
    }
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return fmt::format("decimal({},{})", decimal.precision(), decimal.scale());
    }
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
      return NestedTypeOf(type, column);
    default:
      return NoSuchType(type, column);
  }
}

arrow::Status CannotChange(const std::string& column, const std::string& there,
                           const std::string& here) {
  return RequestError(fmt::format("the table has another column of this name: {}: {} "
                                  "there, {} here",
                                  column, there, here),
                      "use another --output, or --if-exists overwrite");
}

}  // namespace

arrow::Result<ordered_json> FieldsOf(const arrow::Schema& schema) {
  return StructOf(schema.fields(), "");
}

void AddPartitionColumn(const PartitionField& field, ordered_json* fields) {
  for (ordered_json& there : *fields) {
    if (there.at("name") != field.name) continue;
    there["nullable"] = true;
    return;
  }
  const bool is_text = field.transform == PartitionTransform::kYearMonth;
  fields->push_back({{"name", field.name},
                     {"type", is_text ? "string" : "integer"},
                     {"nullable", true},
                     {"metadata", ordered_json::object()}});
}

arrow::Result<ordered_json> MergeFields(const ordered_json& there,
                                        const ordered_json& here) {
  ordered_json merged = there;
  std::map<std::string, const ordered_json*> known;
  for (const ordered_json& field : there) {
    known[arrow::internal::AsciiToLower(field.at("name").get<std::string>())] = &field;
  }
  for (const ordered_json& field : here) {
    const std::string name = field.at("name").get<std::string>();
    const auto at = known.find(arrow::internal::AsciiToLower(name));
    if (at == known.end()) {
      ordered_json added = field;
      added["nullable"] = true;  // Rows that are there have no value.
      merged.push_back(std::move(added));
      continue;
    }
    const ordered_json& old = *at->second;
    if (old.at("name") != name) {
      return CannotChange(name, old.at("name").get<std::string>(), name);
    }
    if (old.at("type") != field.at("type")) {
      return CannotChange(name, old.at("type").dump(), field.at("type").dump());
    }
    if (!old.at("nullable").get<bool>() && field.at("nullable").get<bool>()) {
      return CannotChange(name, "no nulls", "nulls");
    }
    known.erase(at);
  }
  for (ordered_json& field : merged) {
    const std::string name = field.at("name").get<std::string>();
    if (known.contains(arrow::internal::AsciiToLower(name))) field["nullable"] = true;
  }
  return merged;
}

bool HasLocalTimestamps(const ordered_json& fields) {
  if (fields.is_string()) return fields == "timestamp_ntz";
  if (!fields.is_structured()) return false;
  for (const auto& [key, value] : fields.items()) {
    const bool is_type = !fields.is_object() || key == "type" || key == "fields" ||
                         key == "elementType" || key == "keyType" || key == "valueType";
    if (is_type && HasLocalTimestamps(value)) return true;
  }
  return false;
}

}  // namespace lakeseed::delta
