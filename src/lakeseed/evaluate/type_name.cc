// Names of types in the language <-> Arrow types.

#include <arrow/type.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "lakeseed/base/suggest.h"
#include "lakeseed/evaluate/bound_expression.h"

namespace lakeseed {
namespace {

std::shared_ptr<arrow::DataType> SimpleType(std::string_view name) {
  if (name == "int8") return arrow::int8();
  if (name == "int16") return arrow::int16();
  if (name == "int32") return arrow::int32();
  if (name == "int64" || name == "int") return arrow::int64();
  if (name == "float64" || name == "double") return arrow::float64();
  if (name == "bool") return arrow::boolean();
  if (name == "text" || name == "utf8") return arrow::utf8();
  if (name == "date") return arrow::date32();
  if (name == "timestamp_us") return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return nullptr;
}

constexpr std::array<std::string_view, 13> kNames = {
    "int8", "int16", "int32", "int64", "int",          "float64", "double",
    "bool", "text",  "utf8",  "date",  "timestamp_us", "decimal"};

arrow::Status TypeError(const Place& place, std::string reason, const std::string& text,
                        std::string hint) {
  Diagnostic one;
  one.place = place;
  one.reason = std::move(reason);
  one.value = text;
  one.hint = std::move(hint);
  return SpecErrors({std::move(one)});
}

// "12, 2" as two numbers.
bool ParseTwo(std::string_view text, int* a, int* b) {
  const auto number = [](std::string_view part, int* out) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    const auto [end, error] =
        std::from_chars(part.data(), part.data() + part.size(), *out);
    return error == std::errc() && end == part.data() + part.size() && !part.empty();
  };
  const size_t comma = text.find(',');
  return comma != std::string_view::npos && number(text.substr(0, comma), a) &&
         number(text.substr(comma + 1), b);
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::DataType>> ParseTypeName(const std::string& text,
                                                              const Place& place) {
  if (auto simple = SimpleType(text)) return simple;
  const std::string_view view = text;
  if (view.starts_with("decimal")) {
    int precision = 0, scale = 0;
    const char hint[] = "write decimal(12,2): 12 digits, 2 of them after the point";
    if (!view.starts_with("decimal(") || !view.ends_with(')') ||
        !ParseTwo(view.substr(8, view.size() - 9), &precision, &scale)) {
      return TypeError(place, "decimal needs its digits", text, hint);
    }
    if (precision < 1 || precision > 18 || scale < 0 || scale > precision) {
      return TypeError(place, "decimal has 1 to 18 digits, none or some after the point",
                       text, hint);
    }
    return arrow::decimal64(precision, scale);
  }
  std::string hint = DidYouMean(text, kNames);
  if (text == "string" || text == "varchar") hint = "did you mean `text`?";
  if (text == "timestamp" || text == "datetime") hint = "did you mean `timestamp_us`?";
  if (text == "float" || text == "float32") hint = "did you mean `float64`?";
  if (hint.empty()) {
    hint =
        "types are int8, int16, int32, int64, float64, bool, text, date, "
        "timestamp_us and decimal(p,s)";
  }
  return TypeError(place, "unknown type", text, std::move(hint));
}

std::string TypeName(const arrow::DataType& type) {
  using arrow::Type;
  switch (type.id()) {
    case Type::BOOL:
      return "bool";
    case Type::DOUBLE:
      return "float64";
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
    case Type::DICTIONARY:
      return "text";
    case Type::DATE32:
      return "date";
    case Type::TIMESTAMP:
      return "timestamp_us";
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return fmt::format("decimal({},{})", decimal.precision(), decimal.scale());
    }
    case Type::LIST:
      return fmt::format("list({})", TypeName(*type.field(0)->type()));
    case Type::STRUCT: {
      std::string fields;
      for (const auto& field : type.fields()) {
        fields += fmt::format("{}{} {}", fields.empty() ? "" : ", ", field->name(),
                              TypeName(*field->type()));
      }
      return fmt::format("struct({})", fields);
    }
    default:
      return type.name();
  }
}

}  // namespace lakeseed
