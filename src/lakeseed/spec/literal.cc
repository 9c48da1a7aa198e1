#include "lakeseed/spec/literal.h"

#include <charconv>
#include <cmath>

#include "lakeseed/base/decimal.h"

namespace lakeseed {
namespace {

struct Unit {
  std::string_view name;
  int64_t microseconds;
};

// Longest first, so that "ms" is not read as "s".
constexpr Unit kUnits[] = {{"us", 1},
                           {"ms", 1'000},
                           {"s", 1'000'000},
                           {"m", 60'000'000},
                           {"h", 3'600'000'000},
                           {"d", 86'400'000'000},
                           {"w", 604'800'000'000}};

bool StartsLikeNumber(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+'))
    text.remove_prefix(1);
  return !text.empty() &&
         ((text.front() >= '0' && text.front() <= '9') || text.front() == '.');
}

}  // namespace

std::optional<int64_t> ParseInt64Literal(std::string_view text) {
  if (!StartsLikeNumber(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> ParseDoubleLiteral(std::string_view text) {
  if (!StartsLikeNumber(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  const bool percent = text.back() == '%';
  if (percent) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return percent ? value / 100 : value;
}

std::optional<bool> ParseBoolLiteral(std::string_view text) {
  for (const char* word : {"true", "True", "TRUE"}) {
    if (text == word) return true;
  }
  for (const char* word : {"false", "False", "FALSE"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::optional<int64_t> ParseDurationLiteral(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.size() <= unit.name.size() || !text.ends_with(unit.name)) continue;
    std::string_view number = text.substr(0, text.size() - unit.name.size());
    while (!number.empty() && number.back() == ' ') number.remove_suffix(1);
    const auto amount = ParseDecimal(number);
    int64_t product = 0;
    if (!amount.ok()) continue;
    if (!CheckedMultiply(amount->unscaled, unit.microseconds, &product))
      return std::nullopt;
    const int64_t divisor = PowerOfTen(amount->scale);
    if (product % divisor != 0) return std::nullopt;
    return product / divisor;
  }
  return std::nullopt;
}

std::string_view KindName(const SpecNode& node) {
  switch (node.kind) {
    case SpecNode::Kind::kNull:
      return "nothing";
    case SpecNode::Kind::kScalar:
      return "a single value";
    case SpecNode::Kind::kSequence:
      return "a list";
    case SpecNode::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

std::string ValueText(const SpecNode& node) {
  if (!node.is_scalar()) return std::string(KindName(node));
  return node.quoted ? "\"" + node.text + "\"" : node.text;
}

}  // namespace lakeseed
