#include "lakeseed/validate/nested_cells.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/json/api.h>

#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/facts.h"
#include "lakeseed/validate/table_reader.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using TypePtr = std::shared_ptr<arrow::DataType>;

TypePtr SpelledInside(const TypePtr& type) {
  const bool is_time =
      type->id() == arrow::Type::DATE32 || type->id() == arrow::Type::TIMESTAMP;
  return is_time ? arrow::utf8() : SpelledType(type);
}

// Times as they are, decimals as they were read.
TypePtr WithTimes(const TypePtr& type) {
  const bool is_decimal = type->id() == arrow::Type::DECIMAL64;
  return is_decimal ? SpelledType(type) : WithInside(type, WithTimes);
}

}  // namespace

TypePtr WithInside(const TypePtr& type, TypePtr (*of)(const TypePtr&)) {
  if (type->id() == arrow::Type::LIST) {
    return arrow::list(arrow::field("element", of(type->field(0)->type())));
  }
  if (type->id() != arrow::Type::STRUCT) return type;
  arrow::FieldVector fields;
  for (const auto& field : type->fields()) {
    fields.push_back(arrow::field(field->name(), of(field->type())));
  }
  return arrow::struct_(std::move(fields));
}

TypePtr SpelledType(const TypePtr& type) {
  if (type->id() != arrow::Type::DECIMAL64) return WithInside(type, SpelledInside);
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  return arrow::decimal128(decimal.precision(), decimal.scale());
}

arrow::Result<ArrayPtr> NestedToPlain(const arrow::Array& array, const TypePtr& plain) {
  auto data = array.data()->Copy();
  for (auto& child : data->child_data) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr inside, ToPlain(arrow::MakeArray(child)));
    child = inside->data();
  }
  data->type = plain;
  return arrow::MakeArray(std::move(data));
}

arrow::Result<ArrayPtr> FromSpelled(const ArrayPtr& array, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr timed,
                        arrow::compute::Cast(*array, WithTimes(type)));
  return ToPlain(timed);
}

arrow::Result<ArrayPtr> FromJsonTexts(const arrow::Array& texts, const TypePtr& type) {
  if (texts.length() == 0) return arrow::MakeEmptyArray(type);
  std::string lines;
  for (int64_t i = 0; i < texts.length(); ++i) {
    lines += "{\"v\":";
    lines += texts.IsNull(i) ? std::string_view("null") : TextAt(texts, i);
    lines += "}\n";
  }
  auto options = arrow::json::ParseOptions::Defaults();
  options.explicit_schema = arrow::schema({arrow::field("v", SpelledType(type))});
  options.unexpected_field_behavior = arrow::json::UnexpectedFieldBehavior::Ignore;
  ARROW_ASSIGN_OR_RAISE(
      const auto batch,
      arrow::json::ParseOne(options, arrow::Buffer::FromString(std::move(lines))));
  return FromSpelled(batch->column(0), type);
}

}  // namespace lakeseed
