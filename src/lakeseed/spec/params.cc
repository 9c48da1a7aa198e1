#include "lakeseed/spec/params.h"

#include <fmt/format.h>

#include <cmath>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {

double DecimalValue::ToDouble() const {
  // Both are exact up to 2^53 and 10^22, so the quotient is rounded once.
  return static_cast<double>(unscaled) / static_cast<double>(PowerOfTen(scale));
}

Params::Params(const GeneratorCall& call, std::string path, ConstantEvaluator constant)
    : call_(call), path_(std::move(path)), constant_(std::move(constant)) {}

const std::string& Params::generator() const { return call_.name; }
const std::string& Params::path() const { return path_; }

bool Params::is_mapping() const {
  return call_.params.is_mapping() || call_.params.is_null();
}

const SpecNode& Params::value() const {
  if (!call_.params.is_mapping()) value_read_ = true;
  return call_.params;
}

bool Params::Has(std::string_view key) const {
  return call_.params.is_mapping() && call_.params.Find(key) != nullptr;
}

const SpecNode* Params::Find(std::string_view key) {
  if (key.empty()) {
    value_read_ = true;
    return call_.params.is_null() ? nullptr : &call_.params;
  }
  asked_.emplace(key);
  return call_.params.is_mapping() ? call_.params.Find(key) : nullptr;
}

std::string Params::PathOf(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

arrow::Status Params::Error(std::string_view key, std::string reason,
                            std::optional<std::string> value, std::string hint) const {
  const SpecNode* node = key.empty() ? &call_.params : nullptr;
  if (!key.empty() && call_.params.is_mapping()) node = call_.params.Find(key);
  const bool has_place = node != nullptr && node->place.line > 0;
  return SpecErrors({{has_place ? node->place : call_.place, PathOf(key),
                      std::move(reason), std::move(value), std::move(hint)}});
}

arrow::Result<const SpecNode*> Params::Require(std::string_view key) {
  const SpecNode* node = Find(key);
  if (node != nullptr) return node;
  if (key.empty()) {
    return SpecErrors({{call_.place, path_, fmt::format("`{}` needs a value", call_.name),
                        std::nullopt, fmt::format("write {{{}: …}}", call_.name)}});
  }
  return SpecErrors({{call_.place, path_, "missing parameter", std::string(key),
                      fmt::format("write {{{}: {{{}: …}}}}", call_.name, key)}});
}

arrow::Result<std::string> Params::NumberText(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  if (!node->is_scalar()) return Error(key, "is not a number", ValueText(*node));
  if (node->quoted && ParseDoubleLiteral(node->text)) {
    return Error(key, "is text, not a number", ValueText(*node), "remove the quotes");
  }
  if (ParseDoubleLiteral(node->text)) return node->text;
  if (constant_ == nullptr) return Error(key, "is not a number", ValueText(*node));
  return constant_(*node);
}

arrow::Result<int64_t> Params::GetInt64(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, NumberText(key));
  const auto value = ParseInt64Literal(text);
  if (!value) return Error(key, "is not a whole number of 64 bits", text);
  return *value;
}

arrow::Result<double> Params::GetDouble(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, NumberText(key));
  const auto value = ParseDoubleLiteral(text);
  if (!value) return Error(key, "is not a number", text);
  return *value;
}

arrow::Result<DecimalValue> Params::GetDecimal(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, NumberText(key));
  const auto value = ParseDecimal(text);
  if (!value.ok()) {
    return Error(key, "is not a decimal number", text, "write it like 12.50");
  }
  return DecimalValue{value->unscaled, value->scale};
}

arrow::Result<bool> Params::GetBool(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  const auto value = node->is_scalar() ? ParseBoolLiteral(node->text) : std::nullopt;
  if (!value) return Error(key, "is neither true nor false", ValueText(*node));
  return *value;
}

arrow::Result<std::string> Params::GetText(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  if (!node->is_scalar()) return Error(key, "is not text", ValueText(*node));
  return node->text;
}

arrow::Result<int32_t> Params::GetDate(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  const auto value = ParseDate(node->is_scalar() ? node->text : "");
  if (!value.ok()) {
    return Error(key, "is not a date", ValueText(*node), "write YYYY-MM-DD");
  }
  return *value;
}

arrow::Result<int64_t> Params::GetDuration(std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  const auto value = node->is_scalar() ? ParseDurationLiteral(node->text) : std::nullopt;
  if (!value) {
    return Error(key, "is not a duration", ValueText(*node),
                 "write a number with a unit: 90s, 30m, 2h, 3d, 1w");
  }
  return *value;
}

arrow::Result<std::vector<std::pair<SpecNode, double>>> Params::GetWeights(
    std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const SpecNode* node, Require(key));
  std::vector<std::pair<SpecNode, double>> weights;
  std::vector<Diagnostic> errors;
  const auto add_error = [&](const SpecNode& at, std::string reason, std::string value) {
    errors.push_back({at.place, PathOf(key), std::move(reason), std::move(value), ""});
  };
  if (node->is_sequence()) {
    for (const SpecNode& item : node->items) weights.emplace_back(item, 1.0);
  } else if (node->is_mapping()) {
    double sum = 0;
    for (const auto& [name, item] : node->entries) {
      const auto weight =
          item.is_scalar() && !item.quoted ? ParseDoubleLiteral(item.text) : std::nullopt;
      if (!weight) {
        add_error(item, fmt::format("weight of `{}` is not a number", name.text),
                  ValueText(item));
      } else if (*weight < 0) {
        add_error(item, fmt::format("weight of `{}` is negative", name.text), item.text);
      } else {
        sum += *weight;
        weights.emplace_back(name, *weight);
      }
    }
    if (errors.empty() && !weights.empty() && !(sum > 0 && std::isfinite(sum))) {
      add_error(*node, "weights must have a positive sum", fmt::format("{}", sum));
    }
  } else {
    return Error(key, "is neither a list of values nor a mapping of weights",
                 ValueText(*node), "write [a, b] or {a: 0.7, b: 0.3}");
  }
  if (errors.empty() && weights.empty()) return Error(key, "has no values");
  if (!errors.empty()) return SpecErrors(std::move(errors));
  return weights;
}

arrow::Result<int64_t> Params::GetInt64Or(std::string_view key, int64_t fallback) {
  return Find(key) == nullptr ? fallback : GetInt64(key);
}
arrow::Result<double> Params::GetDoubleOr(std::string_view key, double fallback) {
  return Find(key) == nullptr ? fallback : GetDouble(key);
}
arrow::Result<bool> Params::GetBoolOr(std::string_view key, bool fallback) {
  return Find(key) == nullptr ? fallback : GetBool(key);
}
arrow::Result<std::string> Params::GetTextOr(std::string_view key, std::string fallback) {
  return Find(key) == nullptr ? std::move(fallback) : GetText(key);
}

arrow::Status Params::Finish() const {
  if (value_read_ || call_.params.is_null()) return arrow::Status::OK();
  const std::vector<std::string> names(asked_.begin(), asked_.end());
  const std::string takes =
      names.empty() ? fmt::format("`{}` takes no parameters", call_.name)
                    : fmt::format("`{}` takes {}", call_.name, fmt::join(names, ", "));
  if (!call_.params.is_mapping()) {
    return Error("", "cannot use a plain value here", ValueText(call_.params), takes);
  }
  std::vector<Diagnostic> errors;
  for (const auto& [key, value] : call_.params.entries) {
    if (asked_.contains(key.text)) continue;
    const std::string hint = DidYouMean(key.text, names);
    errors.push_back(
        {key.place, path_, "unknown parameter", key.text, hint.empty() ? takes : hint});
  }
  return errors.empty() ? arrow::Status::OK() : SpecErrors(std::move(errors));
}

}  // namespace lakeseed
