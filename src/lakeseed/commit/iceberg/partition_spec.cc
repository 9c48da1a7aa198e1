#include "lakeseed/commit/iceberg/partition_spec.h"

#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "lakeseed/base/date.h"
#include "lakeseed/commit/iceberg/value_bytes.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr int kEpochYear = 1970;

std::string TransformText(const PartitionField& field) {
  switch (field.transform) {
    case PartitionTransform::kYearMonth:
      return "month";
    case PartitionTransform::kDate:
      return "day";
    case PartitionTransform::kDateHour:
      return "hour";
    case PartitionTransform::kBucket:
    case PartitionTransform::kTruncate:
      return fmt::format("{}[{}]", ToString(field.transform), field.width);
    default:
      return std::string(ToString(field.transform));
  }
}

/// A name that Avro allows, made as the Java library makes it.
std::string AvroName(const std::string& name) {
  std::string valid;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    if (is_letter || (is_digit && !valid.empty())) {
      valid += c;
    } else if (is_digit) {
      valid += std::string("_") + c;
    } else {
      valid += fmt::format("_x{:X}", static_cast<unsigned char>(c));
    }
  }
  return valid;
}

/// Avro's type for values of an Iceberg type.
ordered_json AvroType(const std::string& type, int field_id) {
  if (type == "date") return {{"type", "int"}, {"logicalType", "date"}};
  if (type == "timestamp" || type == "timestamptz") {
    return {{"type", "long"},
            {"logicalType", "timestamp-micros"},
            {"adjust-to-utc", type == "timestamptz"}};
  }
  int precision = 0, scale = 0;
  if (std::sscanf(type.c_str(), "decimal(%d, %d)", &precision, &scale) == 2) {
    return {{"type", "fixed"},
            {"name", fmt::format("decimal_{}_{}_{}", precision, scale, field_id)},
            {"size", arrow::DecimalType::DecimalSize(precision)},
            {"logicalType", "decimal"},
            {"precision", precision},
            {"scale", scale}};
  }
  return type;
}

/// "2024-03", "2024-03-15", "2024-03-15-07" and "2024" as counts since 1970.
arrow::Result<int64_t> CountSinceEpoch(const std::string& transform,
                                       const std::string& text) {
  constexpr size_t kDateSize = 10;
  if (transform == "year") return std::stoll(text) - kEpochYear;
  if (transform == "month") {
    ARROW_ASSIGN_OR_RAISE(const int64_t first, ParseDayOf(text + "-01"));
    const CivilDate date = CivilFromDays(static_cast<int32_t>(first));
    return int64_t{12} * (date.year - kEpochYear) + date.month - 1;
  }
  if (transform == "day") return ParseDayOf(text);
  ARROW_ASSIGN_OR_RAISE(const int64_t day, ParseDayOf(text.substr(0, kDateSize)));
  return 24 * day + std::stoll(text.substr(kDateSize + 1));
}

const ordered_json& Branch(const ordered_json& field) { return field.at("type").at(1); }

std::string LogicalType(const ordered_json& type) {
  return type.is_object() ? type.value("logicalType", "") : "";
}

arrow::Result<ordered_json> ValueOf(const ordered_json& type,
                                    const std::string& transform,
                                    const std::string& text) {
  const bool is_part = transform == "year" || transform == "month" ||
                       transform == "day" || transform == "hour";
  if (is_part) {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, CountSinceEpoch(transform, text));
    return ordered_json(count);
  }
  const std::string logical = LogicalType(type);
  if (logical == "date") {
    ARROW_ASSIGN_OR_RAISE(const int64_t day, ParseDayOf(text));
    return ordered_json(day);
  }
  if (logical == "timestamp-micros") {
    ARROW_ASSIGN_OR_RAISE(const int64_t micros, ParseTimestamp(text, 6));
    return ordered_json(micros);
  }
  if (logical == "decimal") {
    ARROW_ASSIGN_OR_RAISE(const auto value, arrow::Decimal128::FromString(text));
    std::string bytes = DecimalBytes(value);
    const char fill = value.Sign() < 0 ? '\xFF' : '\0';
    bytes.insert(0, type.at("size").get<size_t>() - bytes.size(), fill);
    return BinaryJson(bytes);
  }
  if (type == "string") return ordered_json(text);
  if (type == "boolean") return ordered_json(text == "true");
  return ordered_json(static_cast<int64_t>(std::stoll(text)));
}

bool IsLess(const ordered_json& a, const ordered_json& b) {
  if (!a.is_binary()) return a < b;
  const auto& left = a.get_binary();
  const auto& right = b.get_binary();
  const bool left_below = (left[0] & 0x80) != 0, right_below = (right[0] & 0x80) != 0;
  if (left_below != right_below) return left_below;
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(),
                                      right.end());
}

/// A value in Iceberg's binary form.
ordered_json BoundOf(const ordered_json& type, const ordered_json& value) {
  if (value.is_string()) return BinaryJson(value.get<std::string>());
  if (value.is_boolean()) return BinaryJson(std::string(1, value.get<bool>() ? 1 : 0));
  if (value.is_binary()) {
    const auto& bytes = value.get_binary();
    return BinaryJson(Shortest(std::string(bytes.begin(), bytes.end())));
  }
  const std::string kind =
      type.is_object() ? type.at("type").get<std::string>() : type.get<std::string>();
  if (kind == "int") return BinaryJson(LittleEndian(value.get<int32_t>()));
  return BinaryJson(LittleEndian(value.get<int64_t>()));
}

}  // namespace

ordered_json WantedSpec(std::span<const PartitionField> fields) {
  ordered_json wanted = ordered_json::array();
  for (const PartitionField& field : fields) {
    wanted.push_back({{"name", field.name},
                      {"source", field.source},
                      {"transform", TransformText(field)}});
  }
  return wanted;
}

std::vector<std::string> SpecTerms(const ordered_json& wanted) {
  std::vector<std::string> terms;
  for (const ordered_json& field : wanted) {
    terms.push_back(PartitionTerm(field.at("transform").get<std::string>(),
                                  field.at("source").get<std::string>()));
  }
  return terms;
}

const ordered_json& CurrentSpec(const ordered_json& metadata) {
  static const ordered_json kNone = ordered_json::array();
  for (const ordered_json& spec : metadata.at("partition-specs")) {
    if (spec.at("spec-id") == metadata.at("default-spec-id")) return spec.at("fields");
  }
  return kNone;
}

std::vector<std::string> CurrentSpecTerms(const ordered_json& metadata) {
  const ordered_json* schema = CurrentSchema(metadata);
  ordered_json named = ordered_json::array();
  for (const ordered_json& field : CurrentSpec(metadata)) {
    std::string source = field.at("source-id").dump();
    for (const ordered_json& column : schema->at("fields")) {
      if (column.at("id") == field.at("source-id")) {
        source = column.at("name").get<std::string>();
      }
    }
    named.push_back({{"source", source}, {"transform", field.at("transform")}});
  }
  return SpecTerms(named);
}

arrow::Status CheckSpec(const TableState& state, const ordered_json& wanted,
                        const std::string& table) {
  if (!state.exists()) return arrow::Status::OK();
  return CheckSamePartitions("the Iceberg table " + table,
                             CurrentSpecTerms(state.metadata), SpecTerms(wanted));
}

void SetSpec(const ordered_json& wanted, ordered_json* metadata) {
  ordered_json& specs = (*metadata)["partition-specs"];
  int64_t last = (*metadata)["last-partition-id"].get<int64_t>(), next_spec = 0;
  ordered_json fields = ordered_json::array();
  for (const ordered_json& one : wanted) {
    ordered_json field;
    for (const ordered_json& column : CurrentSchema(*metadata)->at("fields")) {
      if (column.at("name") == one.at("source")) field["source-id"] = column.at("id");
    }
    field["field-id"] = nullptr;
    for (const ordered_json& spec : specs) {  // The same field keeps its id.
      for (const ordered_json& there : spec.at("fields")) {
        if (there.at("source-id") == field["source-id"] &&
            there.at("transform") == one.at("transform")) {
          field["field-id"] = there.at("field-id");
        }
      }
    }
    if (field["field-id"].is_null()) field["field-id"] = ++last;
    field["name"] = one.at("name");
    field["transform"] = one.at("transform");
    fields.push_back(std::move(field));
  }
  (*metadata)["last-partition-id"] = last;
  for (const ordered_json& spec : specs) {
    next_spec = std::max(next_spec, spec.at("spec-id").get<int64_t>() + 1);
    if (spec.at("fields") != fields) continue;
    (*metadata)["default-spec-id"] = spec.at("spec-id");
    return;
  }
  specs.push_back({{"spec-id", next_spec}, {"fields", std::move(fields)}});
  (*metadata)["default-spec-id"] = next_spec;
}

ordered_json PartitionType(const ordered_json& spec, const ordered_json& schema_fields) {
  ordered_json fields = ordered_json::array();
  for (const ordered_json& field : spec) {
    const std::string transform = field.at("transform").get<std::string>();
    const int id = field.at("field-id").get<int>();
    std::string type = transform == "day" ? "date" : "int";
    if (transform == "identity" || transform.starts_with("truncate")) {
      for (const ordered_json& column : schema_fields) {
        if (column.at("id") == field.at("source-id")) {
          type = column.at("type").get<std::string>();
        }
      }
    }
    fields.push_back({{"name", AvroName(field.at("name").get<std::string>())},
                      {"type", ordered_json::array({"null", AvroType(type, id)})},
                      {"default", nullptr},
                      {"field-id", id}});
  }
  return {{"type", "record"}, {"name", "r102"}, {"fields", std::move(fields)}};
}

arrow::Result<ordered_json> PartitionRecord(const ordered_json& type,
                                            const ordered_json& spec,
                                            const ordered_json& texts) {
  ordered_json record = ordered_json::object();
  for (size_t i = 0; i < spec.size(); ++i) {
    const ordered_json& field = type.at("fields").at(i);
    ordered_json& value = record[field.at("name").get<std::string>()];
    if (texts.at(i).is_null()) continue;
    ARROW_ASSIGN_OR_RAISE(
        value, ValueOf(Branch(field), spec[i].at("transform").get<std::string>(),
                       texts[i].get<std::string>()));
  }
  return record;
}

ordered_json PartitionSummaries(const ordered_json& type,
                                const std::vector<ordered_json>& entries) {
  ordered_json summaries = ordered_json::array();
  for (const ordered_json& field : type.at("fields")) {
    const std::string name = field.at("name").get<std::string>();
    bool has_null = false;
    const ordered_json *least = nullptr, *greatest = nullptr;
    for (const ordered_json& entry : entries) {
      const ordered_json& value = entry.at("data_file").at("partition").at(name);
      has_null |= value.is_null();
      if (value.is_null()) continue;
      if (least == nullptr || IsLess(value, *least)) least = &value;
      if (greatest == nullptr || IsLess(*greatest, value)) greatest = &value;
    }
    const auto bound = [&](const ordered_json* value) {
      return value == nullptr ? ordered_json() : BoundOf(Branch(field), *value);
    };
    summaries.push_back({{"contains_null", has_null},
                         {"contains_nan", false},
                         {"lower_bound", bound(least)},
                         {"upper_bound", bound(greatest)}});
  }
  return summaries;
}

}  // namespace lakeseed::iceberg
