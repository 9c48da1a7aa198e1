#include "lakeseed/spec/parameter_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/node_edit.h"

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

/// What stands at the path that the field names; nullptr and an error: nothing.
const SpecNode* NamedPart(const Field& field, const SpecNode& root) {
  const SpecNode* node = FindPath(root, ReadText(field));
  if (node == nullptr) {
    field.Error("nothing stands at this path",
                "write one as in tables.bars.series.every");
  }
  return node;
}

/// The same, where it must be a list.
const SpecNode* NamedList(const Field& field, const SpecNode& root) {
  const SpecNode* node = NamedPart(field, root);
  if (node == nullptr || node->is_sequence()) return node;
  field.Error("no list stands at this path", "name one as in tables.cities.name.each");
  return nullptr;
}

std::vector<std::string> ReadOneOf(const Field& field) {
  std::vector<std::string> texts;
  for (const SpecNode& name : ReadNames(field)) texts.push_back(name.text);
  return texts;
}

/// As people write it on one line.
std::string TextOf(const SpecNode& node) {
  std::vector<std::string> texts;
  for (const SpecNode& item : node.items) texts.push_back(TextOf(item));
  for (const auto& [key, value] : node.entries) {
    texts.push_back(key.text + ": " + TextOf(value));
  }
  if (node.is_sequence()) return fmt::format("[{}]", fmt::join(texts, ", "));
  if (node.is_mapping()) return fmt::format("{{{}}}", fmt::join(texts, ", "));
  return node.text;
}

/// What a parameter is by now.
std::string ValueOf(const SpecNode& parameter, const SpecNode& root) {
  if (!parameter.is_mapping()) return TextOf(parameter);
  if (const SpecNode* value = parameter.Find("default")) return TextOf(*value);
  for (const char* key : {"sets", "counts"}) {
    const SpecNode* path = parameter.Find(key);
    if (path != nullptr && path->is_sequence()) path = &path->items[0];
    const SpecNode* part = path == nullptr ? nullptr : FindPath(root, path->text);
    if (part == nullptr) continue;
    return IsSetting(parameter) ? TextOf(*part) : fmt::format("{}", part->items.size());
  }
  return "";
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

bool IsStandIn(const SpecNode& parameter) {
  return parameter.is_mapping() && parameter.Find("stands_for") != nullptr;
}

ParameterSpec ReadParameter(const SpecNode& key, const Field& field,
                            const SpecNode& root) {
  ParameterSpec parameter;
  parameter.name = key.text;
  parameter.place = key.place;
  CheckName(key, field.path, "parameter", field.errors);
  if (!field.node.is_mapping()) {
    parameter.value = ReadSize(field);
    return parameter;
  }
  CheckKeys(field,
            {"default", "doc", "min", "max", "above", "names", "one_of", "counts"});
  if (const auto doc = Child(field, "doc")) parameter.doc = ReadText(*doc);
  parameter.range = ReadRange(field);
  if (const auto names = Child(field, "names")) {
    parameter.takes_names = NamedList(*names, root) != nullptr;
  }
  if (const auto one_of = Child(field, "one_of")) {
    parameter.one_of = ReadOneOf(*one_of);
    if (field.node.Find("names") == nullptr) {
      one_of->Error("stands without `names`", "a number has `min` and `max`");
    }
  }
  const auto counts = Child(field, "counts");
  const auto value = Child(field, "default");
  if (counts && value) {
    counts->Error("stands beside `default`", "write one of the two");
  } else if (value) {
    parameter.value = ReadSize(*value);
  } else if (counts) {
    const SpecNode* list = NamedList(*counts, root);
    if (list == nullptr) return parameter;
    const SpecNode count = MakeScalar(fmt::format("{}", list->items.size()), key.place);
    parameter.value = ReadSize({count, field.path, field.errors});
  } else if (field.node.Find("default") == nullptr) {
    field.errors->Add(key.place, field.path, "missing key", "default");
  }
  return parameter;
}

SettingSpec ReadSetting(const SpecNode& key, const Field& field, const SpecNode& root) {
  SettingSpec setting;
  setting.name = key.text;
  CheckName(key, field.path, "parameter", field.errors);
  CheckKeys(field, {"sets", "doc", "one_of"});
  if (const auto doc = Child(field, "doc")) setting.doc = ReadText(*doc);
  if (const auto one_of = Child(field, "one_of")) setting.one_of = ReadOneOf(*one_of);
  const auto sets = Child(field, "sets");
  if (!sets) return setting;
  for (const SpecNode& path : ReadNames(*sets)) {
    const SpecNode* node = NamedPart({path, sets->path, field.errors}, root);
    if (node == nullptr || !setting.path.empty()) continue;
    setting.path = path.text;
    setting.text = TextOf(*node);
  }
  return setting;
}

SettingSpec ReadStandIn(const SpecNode& key, const Field& field, const SpecNode& root) {
  SettingSpec setting;
  setting.name = key.text;
  CheckName(key, field.path, "parameter", field.errors);
  CheckKeys(field, {"stands_for", "doc"});
  if (const auto doc = Child(field, "doc")) setting.doc = ReadText(*doc);
  const auto others = Child(field, "stands_for");
  if (!others) return setting;
  Names known;
  for (const auto& [name, parameter] : root.Find("parameters")->entries) {
    if (!IsStandIn(parameter)) known.push_back(name.text);
  }
  std::vector<std::string> values;
  for (const SpecNode& name : ReadNames(*others)) {
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      const std::string hint = DidYouMean(name.text, known);
      Field{name, others->path, field.errors}.Error(
          "stands for a parameter that is not there", hint);
      continue;
    }
    setting.stands_for.push_back(name.text);
    values.push_back(ValueOf(*root.Find("parameters")->Find(name.text), root));
  }
  setting.text = fmt::format("{}", fmt::join(values, ", "));
  return setting;
}

void CheckChoice(const SpecNode& parameter, const std::string& name, const Place& place,
                 const std::string& text, ErrorList* errors) {
  const SpecNode* one_of = parameter.Find("one_of");
  if (one_of == nullptr) return;
  Names names;
  for (const SpecNode& item : one_of->items) names.push_back(item.text);
  if (std::find(names.begin(), names.end(), text) != names.end()) return;
  errors->Add(place, "parameters." + name,
              fmt::format("must be one of {}", fmt::join(names, ", ")), text,
              DidYouMean(text, names));
}

}  // namespace lakeseed
