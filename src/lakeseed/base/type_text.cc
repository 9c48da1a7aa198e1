#include "lakeseed/base/type_text.h"

#include <arrow/type.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

namespace lakeseed {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

/// Types without parameters, by the name that ToString() gives them.
const std::map<std::string, TypePtr>& PlainTypes() {
  static const auto* types = [] {
    auto* map = new std::map<std::string, TypePtr>;
    for (const TypePtr& type : {arrow::int8(),
                                arrow::int16(),
                                arrow::int32(),
                                arrow::int64(),
                                arrow::uint8(),
                                arrow::uint16(),
                                arrow::uint32(),
                                arrow::uint64(),
                                arrow::float32(),
                                arrow::float64(),
                                arrow::boolean(),
                                arrow::utf8(),
                                arrow::large_utf8(),
                                arrow::date32(),
                                arrow::time64(arrow::TimeUnit::MICRO),
                                arrow::timestamp(arrow::TimeUnit::SECOND),
                                arrow::timestamp(arrow::TimeUnit::MILLI),
                                arrow::timestamp(arrow::TimeUnit::MICRO),
                                arrow::timestamp(arrow::TimeUnit::NANO),
                                arrow::timestamp(arrow::TimeUnit::SECOND, "UTC"),
                                arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"),
                                arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                arrow::timestamp(arrow::TimeUnit::NANO, "UTC")}) {
      map->emplace(type->ToString(), type);
    }
    return map;
  }();
  return *types;
}

/// The fields of "a: int64 not null, b: list<element: string>".
arrow::Result<arrow::FieldVector> FieldsFromText(std::string_view text) {
  constexpr std::string_view kNotNull = " not null";
  arrow::FieldVector fields;
  while (!text.empty()) {
    size_t end = 0;
    for (int depth = 0; end < text.size() && (depth > 0 || text[end] != ','); ++end) {
      const char c = text[end];
      depth += (c == '<' || c == '(' || c == '[') - (c == '>' || c == ')' || c == ']');
    }
    std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 2));
    const bool nullable = !field.ends_with(kNotNull);
    if (!nullable) field.remove_suffix(kNotNull.size());
    const size_t colon = field.find(": ");
    if (colon == std::string_view::npos) {
      return arrow::Status::Invalid("not a field: ", field);
    }
    ARROW_ASSIGN_OR_RAISE(TypePtr type,
                          TypeFromText(std::string(field.substr(colon + 2))));
    fields.push_back(
        arrow::field(std::string(field.substr(0, colon)), std::move(type), nullable));
  }
  return fields;
}

}  // namespace

arrow::Result<TypePtr> TypeFromText(const std::string& text) {
  for (const std::string_view nested : {"struct<", "list<"}) {
    if (!text.starts_with(nested) || !text.ends_with('>')) continue;
    const auto inside = std::string_view(text).substr(nested.size());
    ARROW_ASSIGN_OR_RAISE(arrow::FieldVector fields,
                          FieldsFromText(inside.substr(0, inside.size() - 1)));
    if (nested == "struct<") return arrow::struct_(std::move(fields));
    if (fields.size() == 1) return arrow::list(fields[0]);
  }
  const auto found = PlainTypes().find(text);
  if (found != PlainTypes().end()) return found->second;
  for (const auto& [prefix, id] : {std::pair{"decimal32(", arrow::Type::DECIMAL32},
                                   {"decimal64(", arrow::Type::DECIMAL64},
                                   {"decimal128(", arrow::Type::DECIMAL128}}) {
    if (!text.starts_with(prefix)) continue;
    const size_t at = std::string_view(prefix).size(), comma = text.find(',', at);
    int32_t precision = 0, scale = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), precision);
    if (comma == std::string::npos) break;
    std::from_chars(text.data() + comma + 2, text.data() + text.size(), scale);
    if (id == arrow::Type::DECIMAL32) return arrow::Decimal32Type::Make(precision, scale);
    if (id == arrow::Type::DECIMAL64) return arrow::Decimal64Type::Make(precision, scale);
    return arrow::Decimal128Type::Make(precision, scale);
  }
  return arrow::Status::Invalid("unknown type: ", text);
}

}  // namespace lakeseed
