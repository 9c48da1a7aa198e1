#include "lakeseed/spec/parameter_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();

ParameterRange ReadRange(const Field& field) {
  ParameterRange range;
  if (const auto min = Child(field, "min")) range.min = ReadDouble(*min, -kMost, kMost);
  if (const auto max = Child(field, "max")) range.max = ReadDouble(*max, -kMost, kMost);
  if (const auto above = Child(field, "above")) {
    if (range.min) above->Error("stands beside `min`", "write one of the two");
    range.min = ReadDouble(*above, -kMost, kMost);
    range.is_above = true;
  }
  if (range.min && range.max && *range.min > *range.max) {
    field.Error("no number is in this range", "the least one comes first");
  }
  return range;
}

const SpecNode* FindPath(const SpecNode& root, std::string_view path) {
  const SpecNode* node = &root;
  while (node != nullptr) {
    const size_t dot = path.find('.');
    node = node->is_mapping() ? node->Find(path.substr(0, dot)) : nullptr;
    if (dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::string TextOf(const SpecNode& node) {
  if (node.items.empty()) return node.text;
  std::vector<std::string> texts;
  for (const SpecNode& item : node.items) texts.push_back(item.text);
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

std::string ParameterRange::ToString() const {
  if (min && max && !is_above) return fmt::format("from {} to {}", *min, *max);
  std::string text;
  if (min) text = fmt::format("{} {}", is_above ? "above" : "at least", *min);
  if (max) text += fmt::format("{}at most {}", min ? " and " : "", *max);
  return text;
}

bool IsSetting(const SpecNode& parameter) {
  return parameter.is_mapping() && parameter.Find("sets") != nullptr;
}

ParameterSpec ReadParameter(const SpecNode& key, const Field& field) {
  ParameterSpec parameter;
  parameter.name = key.text;
  parameter.place = key.place;
  CheckName(key, field.path, "parameter", field.errors);
  if (!field.node.is_mapping()) {
    parameter.value = ReadSize(field);
    return parameter;
  }
  CheckKeys(field, {"default", "doc", "min", "max", "above"});
  if (const auto doc = Child(field, "doc")) parameter.doc = ReadText(*doc);
  parameter.range = ReadRange(field);
  if (field.node.Find("default") == nullptr) {
    field.errors->Add(key.place, field.path, "missing key", "default");
  } else if (const auto value = Child(field, "default")) {
    parameter.value = ReadSize(*value);
  }
  return parameter;
}

SettingSpec ReadSetting(const SpecNode& key, const Field& field, const SpecNode& root) {
  SettingSpec setting;
  setting.name = key.text;
  CheckName(key, field.path, "parameter", field.errors);
  CheckKeys(field, {"sets", "doc", "one_of"});
  if (const auto doc = Child(field, "doc")) setting.doc = ReadText(*doc);
  if (const auto names = Child(field, "one_of")) {
    for (const SpecNode& name : ReadNames(*names)) setting.one_of.push_back(name.text);
  }
  const auto sets = Child(field, "sets");
  if (!sets) return setting;
  setting.path = ReadText(*sets);
  const SpecNode* node = FindPath(root, setting.path);
  if (node == nullptr) {
    sets->Error("nothing stands at this path",
                "write one as in tables.bars.series.every");
  } else {
    setting.text = TextOf(*node);
  }
  return setting;
}

void CheckChoice(const SpecNode& setting, const std::string& name, const Place& place,
                 const std::string& text, ErrorList* errors) {
  const SpecNode* one_of = setting.Find("one_of");
  if (one_of == nullptr) return;
  Names names;
  for (const SpecNode& item : one_of->items) names.push_back(item.text);
  if (std::find(names.begin(), names.end(), text) != names.end()) return;
  errors->Add(place, "parameters." + name,
              fmt::format("must be one of {}", fmt::join(names, ", ")), text,
              DidYouMean(text, names));
}

}  // namespace lakeseed
