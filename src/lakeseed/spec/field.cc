#include "lakeseed/spec/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/lexer.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {
namespace {

struct RateUnit {
  std::string_view name;
  double days;
};
constexpr RateUnit kRateUnits[] = {
    {"day", kDay}, {"week", 7}, {"month", kYear / 12}, {"year", kYear}};

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// "12.5" -> "0.125": exact, on the digits.
std::optional<std::string> HundredthOf(std::string_view percent) {
  const auto number = ParseDecimal(percent);
  if (!number.ok() || number->unscaled < 0 || number->scale + 2 > kMaxScale) {
    return std::nullopt;
  }
  return FormatDecimal(number->unscaled, number->scale + 2);
}

// Where the text of a scalar begins.
Place TextPlace(const SpecNode& node) {
  return node.quoted ? PlaceAt(node.place, 1) : node.place;
}

// False, with a report, for nodes that are not one value.
bool IsScalar(const Field& field, std::string_view what) {
  if (field.node.broken) return false;
  if (field.node.is_scalar()) return true;
  field.Error(fmt::format("must be {}", what));
  return false;
}

}  // namespace

void Field::Error(std::string reason, std::string hint) const {
  errors->Add(node.place, path, std::move(reason), ValueText(node), std::move(hint));
}

std::optional<Field> Child(const Field& mapping, std::string_view key) {
  const SpecNode* node = mapping.node.Find(key);
  if (node == nullptr || node->broken) return std::nullopt;
  std::string path =
      mapping.path.empty() ? std::string(key) : fmt::format("{}.{}", mapping.path, key);
  return Field{*node, std::move(path), mapping.errors};
}

bool IsMapping(const Field& field) {
  if (field.node.broken) return false;
  if (field.node.is_mapping()) return true;
  field.Error("must be a mapping", "write `name: value` lines, or {name: value}");
  return false;
}

void CheckKeys(const Field& mapping, const Names& names) {
  for (const auto& [key, value] : mapping.node.entries) {
    if (std::find(names.begin(), names.end(), key.text) != names.end()) continue;
    std::string hint = DidYouMean(key.text, names);
    if (hint.empty()) hint = fmt::format("valid keys: {}", fmt::join(names, ", "));
    mapping.errors->Add(key.place, mapping.path, "unknown key", key.text,
                        std::move(hint));
  }
}

std::optional<int64_t> ReadInt64(const Field& field, int64_t min, int64_t max) {
  if (!IsScalar(field, "a whole number")) return std::nullopt;
  const auto value = ParseInt64Literal(field.node.text);
  if (!value || field.node.quoted) {
    field.Error("must be a whole number", "write all digits, without quotes");
  } else if (*value < min && max == std::numeric_limits<int64_t>::max()) {
    field.Error(fmt::format("must be at least {}", min));
  } else if (*value < min || *value > max) {
    field.Error(fmt::format("must be from {} to {}", min, max));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<double> ReadDouble(const Field& field, double min, double max) {
  if (!IsScalar(field, "a number")) return std::nullopt;
  const auto value = ParseDoubleLiteral(field.node.text);
  if (!value || field.node.quoted) {
    field.Error("must be a number");
  } else if (*value < min || *value > max) {
    field.Error(fmt::format("must be from {} to {}", min, max));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<bool> ReadBool(const Field& field) {
  if (!IsScalar(field, "true or false")) return std::nullopt;
  const auto value = ParseBoolLiteral(field.node.text);
  if (!value) field.Error("must be true or false");
  return value;
}

std::optional<int32_t> ReadDate(const Field& field) {
  if (!IsScalar(field, "a date")) return std::nullopt;
  const auto value = ParseDate(field.node.text);
  if (value.ok()) return *value;
  field.Error("not a date", "write YYYY-MM-DD");
  return std::nullopt;
}

std::string ReadText(const Field& field) {
  return IsScalar(field, "text") ? field.node.text : "";
}

std::vector<SpecNode> ReadNames(const Field& field) {
  if (field.node.is_scalar()) return {field.node};
  if (field.node.broken) return {};
  if (!field.node.is_sequence()) {
    field.Error("must be a name or a list of names");
    return {};
  }
  std::vector<SpecNode> names;
  std::set<std::string> seen;
  for (const SpecNode& item : field.node.items) {
    const Field one{item, field.path, field.errors};
    if (!IsScalar(one, "a name")) continue;
    if (!seen.insert(item.text).second) {
      one.Error("name stands twice");
    } else {
      names.push_back(item);
    }
  }
  return names;
}

std::optional<double> ReadRate(const Field& field, double days) {
  if (!IsScalar(field, "a rate")) return std::nullopt;
  const std::string_view text = Trim(field.node.text);
  const size_t per = text.find(" per ");
  const auto number = ParseDoubleLiteral(Trim(text.substr(0, per)));
  const std::string_view unit =
      per == std::string_view::npos ? "" : Trim(text.substr(per + 5));
  double unit_days = days;
  bool known = per == std::string_view::npos;
  for (const RateUnit& one : kRateUnits) {
    if (unit == one.name) {
      unit_days = one.days;
      known = true;
    }
  }
  if (!number) {
    field.Error("not a rate", "write a number with its unit, as in 0.002 per day");
  } else if (!known) {
    field.Error("unknown unit of a rate", "units are day, week, month, year");
  } else if (*number < 0) {
    field.Error("a rate must not be negative");
  } else {
    return unit_days == days ? *number : *number * (days / unit_days);
  }
  return std::nullopt;
}

ExprPtr ReadExpression(const Field& field) {
  if (!IsScalar(field, "an expression")) return nullptr;
  const std::string& text = field.node.text;
  if (field.node.quoted && ParseDoubleLiteral(text)) {
    field.Error(
        "a number in quotes",
        fmt::format("write {} for the number, {{const: \"{}\"}} for text", text, text));
    return nullptr;
  }
  // 2024-01-31 would be a subtraction with the value 1992.
  if (ParseDate(Trim(text)).ok()) {
    field.Error("a bare date is a subtraction", fmt::format("write date '{}'", text));
    return nullptr;
  }
  auto tree = ParseExpression(text, TextPlace(field.node));
  if (tree.ok()) return *tree;
  field.errors->Add(tree.status(), field.path);
  return nullptr;
}

ExprPtr ReadSize(const Field& field) {
  if (field.node.broken) return nullptr;
  const std::string_view text = Trim(field.node.text);
  const size_t of = text.find(" of ");
  if (!field.node.is_scalar() || of == std::string_view::npos ||
      !Trim(text.substr(0, of)).ends_with('%')) {
    return ReadExpression(field);
  }
  std::string_view percent = Trim(text.substr(0, of));
  percent.remove_suffix(1);
  const std::string name(Trim(text.substr(of + 4)));
  const auto share = HundredthOf(Trim(percent));
  if (!share || !IsName(name)) {
    field.Error("not a share", "write `10% of main`, or a product as in 0.10 * main + 5");
    return nullptr;
  }
  const Place place = TextPlace(field.node);
  auto factor = std::make_shared<Expr>();
  factor->kind = Expr::Kind::kDecimal;
  factor->text = *share;
  factor->place = place;
  auto whole = std::make_shared<Expr>();
  whole->kind = Expr::Kind::kPath;
  whole->path = {name};
  whole->place = PlaceAt(place, field.node.text.rfind(name));
  auto product = std::make_shared<Expr>();
  product->kind = Expr::Kind::kBinary;
  product->text = "*";
  product->args = {std::move(factor), std::move(whole)};
  product->place = place;
  return product;
}

bool CheckName(const SpecNode& key, const std::string& path, std::string_view what,
               ErrorList* errors) {
  if (!IsName(key.text)) {
    errors->Add(key.place, path, fmt::format("not a name for a {}", what), key.text,
                "names are letters, digits and _, and start with a letter");
    return false;
  }
  const bool taken = key.text == "main" || key.text == "parent" || key.text == "include";
  if (taken || IsKeyword(key.text)) {
    errors->Add(key.place, path, fmt::format("reserved name for a {}", what), key.text,
                fmt::format("for example `{}_`", key.text));
    return false;
  }
  return true;
}

}  // namespace lakeseed
