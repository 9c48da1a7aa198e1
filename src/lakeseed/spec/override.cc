#include "lakeseed/spec/override.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dataset_reader.h"
#include "lakeseed/spec/node_edit.h"
#include "lakeseed/spec/parameter_reader.h"

namespace lakeseed {
namespace {

// Mappings that an override may bring into being; all others must be there.
constexpr std::string_view kOptional[] = {"seasons", "holidays", "hours",   "weekday",
                                          "month",   "window",   "changes", "parameters",
                                          "let",     "rules"};

std::vector<std::string> SplitPath(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t dot = text.find('.');
    parts.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

Names KeysOf(const SpecNode& node) {
  Names keys;
  for (const auto& [key, value] : node.entries) keys.push_back(key.text);
  return keys;
}

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Override {
  std::string path;
  SpecNode value;
  Place place;
  bool removes = false;  // A null takes the key away.
};

// Put the value at its path. A last name that is new is left to the reader,
// which knows the valid keys; a name on the way must be there.
void ApplyOne(SpecNode* root, const Override& change, ErrorList* errors) {
  const std::vector<std::string> parts = SplitPath(change.path);
  SpecNode* node = root;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    const bool last = i + 1 == parts.size();
    if (node->broken) return;
    if (!node->is_mapping()) {
      errors->Add(change.place, change.path, "nothing can be set below a plain value",
                  parts[i - 1]);
      return;
    }
    SpecNode* child = FindMutable(node, part);
    const bool removes = last && change.removes && change.value.is_null();
    const bool is_key = i == 0 && Contains(DatasetKeys(), part);
    if (removes && (child != nullptr || is_key)) {
      return RemoveEntry(node, part);
    }
    // A new table or group cannot be made by its name alone.
    const bool names_table =
        i == 1 && last && parts[0] == "tables" && !change.value.is_mapping();
    const bool may_be_new = std::find(std::begin(kOptional), std::end(kOptional), part) !=
                            std::end(kOptional);
    if (child == nullptr &&
        (names_table || removes || (!last && !may_be_new) || part.empty())) {
      const Names keys = KeysOf(*node);
      std::string hint = DidYouMean(part, keys);
      if (hint.empty()) hint = fmt::format("valid names: {}", fmt::join(keys, ", "));
      errors->Add(change.place, change.path, "unknown path", part, hint);
      return;
    }
    if (child == nullptr) {
      child = SetEntry(node, part, MakeMapping(change.place));
    }
    if (last) *child = change.value;
    node = child;
  }
}

void SetPlace(SpecNode* node, const Place& place) {
  node->place = place;
  for (SpecNode& item : node->items) SetPlace(&item, place);
  for (auto& [key, value] : node->entries) {
    SetPlace(&key, place);
    SetPlace(&value, place);
  }
}

// The parts of `Oslo, Rome`.
SpecNode SplitAtCommas(const SpecNode& value) {
  SpecNode list;
  list.kind = SpecNode::Kind::kSequence;
  list.place = value.place;
  for (size_t begin = 0; begin <= value.text.size();) {
    const size_t end = std::min(value.text.find(',', begin), value.text.size());
    const size_t from = std::min(value.text.find_first_not_of(' ', begin), end);
    list.items.push_back(MakeScalar(value.text.substr(from, end - from), value.place));
    begin = end + 1;
  }
  return list;
}

// `[Oslo, Rome]` or `Oslo,Rome`; one name alone, unless the file's numbers are so called.
// Others are expressions.
std::optional<SpecNode> StatedNames(const SpecNode& value, const Names& numbers) {
  if (value.is_sequence()) return value;
  if (!value.is_scalar() || value.text.empty()) return std::nullopt;
  const char first = value.text[0];
  const bool is_name = ('a' <= first && first <= 'z') || ('A' <= first && first <= 'Z');
  if (!is_name || Contains(numbers, value.text) ||
      value.text.find_first_of("()*/+") != std::string::npos) {
    return std::nullopt;
  }
  return SplitAtCommas(value);
}

// Write the names where they stand in the file; returns how many there are.
size_t SetNames(SpecNode* root, const SpecNode& parameter, Override change,
                ErrorList* errors) {
  for (const SpecNode& name :
       ReadNames({change.value, "parameters." + change.path, errors})) {
    CheckChoice(parameter, change.path, change.place, name.text, errors);
  }
  const size_t count = change.value.items.size();
  change.path = parameter.Find("names")->text;
  if (count > 0) ApplyOne(root, change, errors);
  return count;
}

void SetOthers(SpecNode* root, SpecNode* parameters, const SpecNode& others,
               Override change, const std::string& text, ErrorList* errors);

// A parameter keeps its doc: only its default changes. One that names a part of the file
// changes that, and so does one that counts names, when it is given names.
void SetParameter(SpecNode* root, SpecNode* parameters, Override change,
                  const std::string& text, ErrorList* errors) {
  SpecNode* parameter = FindMutable(parameters, change.path);
  if (IsStandIn(*parameter)) {
    const SpecNode others = *parameter->Find("stands_for");
    return SetOthers(root, parameters, others, std::move(change), text, errors);
  }
  if (IsSetting(*parameter)) {
    for (const SpecNode& item : change.value.items) {
      CheckChoice(*parameter, change.path, change.place, item.text, errors);
    }
    if (!change.value.is_sequence()) {
      CheckChoice(*parameter, change.path, change.place, text, errors);
    }
    const SpecNode sets = *parameter->Find("sets");
    for (const SpecNode& path : sets.is_sequence() ? sets.items : std::vector{sets}) {
      change.path = path.text;
      ApplyOne(root, change, errors);
    }
    return;
  }
  if (parameter->is_mapping() && parameter->Find("names") != nullptr) {
    Names numbers = KeysOf(*parameters);
    numbers.push_back("main");
    if (auto names = StatedNames(change.value, numbers)) {
      change.value = *std::move(names);
      const size_t count = SetNames(root, *parameter, change, errors);
      change.value = MakeScalar(fmt::format("{}", count), change.place);
    }
  }
  if (!parameter->is_mapping()) {
    *parameter = change.value;
  } else {
    RemoveEntry(parameter, "counts");
    SetEntry(parameter, "default", change.value);
  }
}

// What stands for one parameter gives it the value; what stands for several gives each
// its part of `50, 500`. Names that are no parameters are told of when the entry is read.
void SetOthers(SpecNode* root, SpecNode* parameters, const SpecNode& others,
               Override change, const std::string& text, ErrorList* errors) {
  const auto set_one = [&](const SpecNode& name, const SpecNode& value,
                           const std::string& its_text) {
    const SpecNode* other = FindMutable(parameters, name.text);
    if (other == nullptr || IsStandIn(*other)) return;
    SetParameter(root, parameters, {name.text, value, change.place}, its_text, errors);
  };
  if (others.is_scalar()) return set_one(others, change.value, text);
  const SpecNode parts =
      change.value.is_scalar() ? SplitAtCommas(change.value) : change.value;
  const size_t count = others.items.size();
  if (!parts.is_sequence() || parts.items.size() != count) {
    Names names;
    for (const SpecNode& name : others.items) names.push_back(name.text);
    return errors->Add(change.place, "parameters." + change.path,
                       fmt::format("needs {} values", count), text,
                       fmt::format("they are {}", fmt::join(names, ", ")));
  }
  for (size_t i = 0; i < count; ++i) {
    set_one(others.items[i], parts.items[i], parts.items[i].text);
  }
}

void ExtendCuts(std::string_view rest, const std::vector<std::string>& names,
                std::set<size_t>* used, std::set<std::set<size_t>>* found) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (!rest.starts_with(names[i]) || names[i].empty() || !used->insert(i).second)
      continue;
    const std::string_view after = rest.substr(names[i].size());
    if (after.empty()) {
      found->insert(*used);
    } else if (after.front() == '_') {
      ExtendCuts(after.substr(1), names, used, found);
    }
    used->erase(i);
  }
}

// The sets of names, as places in `names`, that `text` can be cut into.
std::set<std::set<size_t>> CutsOf(std::string_view text,
                                  const std::vector<std::string>& names) {
  std::set<size_t> used;
  std::set<std::set<size_t>> found;
  ExtendCuts(text, names, &used, &found);
  return found;
}

// Names of which `name` is the combination; empty if it is none.
Names PartsOf(const std::string& name, const Names& names) {
  for (const std::set<size_t>& cut : CutsOf(name, names)) {
    if (cut.size() < 2) continue;
    Names parts;
    for (const size_t i : cut) parts.push_back(names[i]);
    return parts;
  }
  return {};
}

bool HasAll(const Names& chosen, const Names& parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return Contains(chosen, part); });
}

// Applies variants one after the other; no two of them may set one path, but for those
// that are left to what comes later.
class VariantPass {
 public:
  VariantPass(SpecNode* root, std::set<std::string> left_out, ErrorList* errors)
      : root_(root), errors_(errors), left_out_(std::move(left_out)) {}

  void Apply(const std::string& name, const Field& variant) {
    for (const auto& [path, item] : variant.node.entries) {
      if (path.text == "variants" || path.text.starts_with("variants.") ||
          path.text == "dataset") {
        errors_->Add(path.place, variant.path, "a variant cannot change this", path.text);
        continue;
      }
      if (left_out_.contains(path.text)) continue;
      ApplyOne(root_, {path.text, item, path.place, true}, errors_);
      const auto [owner, added] = owners_.emplace(path.text, name);
      if (!added) {
        errors_->Add(path.place, variant.path,
                     fmt::format("variant `{}` sets this too", owner->second), path.text,
                     "choose one of the two");
      }
    }
  }

 private:
  SpecNode* const root_;
  ErrorList* const errors_;
  const std::set<std::string> left_out_;
  std::map<std::string, std::string> owners_;
};

}  // namespace

std::vector<std::string> VariantNames(const SpecNode& root) {
  const SpecNode* variants = root.Find("variants");
  if (variants == nullptr) return {};
  return KeysOf(*variants);
}

arrow::Result<std::vector<std::string>> SplitVariant(
    std::string_view text, const std::vector<std::string>& names) {
  if (text.empty()) return std::vector<std::string>{};
  Names simple;
  for (const std::string& name : names) {
    if (PartsOf(name, names).empty()) simple.push_back(name);
  }
  const std::set<std::set<size_t>> found = CutsOf(text, simple);
  if (found.empty()) {
    std::string hint = DidYouMean(text, names);
    if (hint.empty()) {
      hint = names.empty() ? "the file has no variants"
                           : fmt::format("variants: {}", fmt::join(names, ", "));
    }
    return RequestError(fmt::format("unknown variant: {}", text), hint);
  }
  if (found.size() > 1) {
    return RequestError(fmt::format("ambiguous variant: {}", text),
                        fmt::format("variants: {}", fmt::join(names, ", ")));
  }
  std::vector<std::string> chosen;
  for (const size_t i : *found.begin()) chosen.push_back(simple[i]);
  return chosen;
}

void ApplyVariants(SpecNode* root, const std::vector<std::string>& chosen,
                   ErrorList* errors) {
  const SpecNode original = *root;
  const auto variants = Child(Field{original, "", errors}, "variants");
  if (!variants || !IsMapping(*variants)) return;
  const Names names = KeysOf(variants->node);
  std::vector<std::pair<std::string, Field>> parts, combinations;
  std::set<std::string> of_combinations;
  for (const auto& [key, value] : variants->node.entries) {
    const Field variant{value, "variants." + key.text, errors};
    const Names parts_of = PartsOf(key.text, names);
    CheckName(key, variant.path, "variant", errors);
    if (value.is_null() || !IsMapping(variant)) continue;  // `base:` changes nothing.
    const bool is_part = parts_of.empty();
    if (!HasAll(chosen, is_part ? Names{key.text} : parts_of)) continue;
    (is_part ? parts : combinations).emplace_back(key.text, variant);
    if (is_part) continue;
    for (const auto& [path, item] : value.entries) of_combinations.insert(path.text);
  }
  VariantPass first(root, std::move(of_combinations), errors), second(root, {}, errors);
  for (const auto& [name, variant] : parts) first.Apply(name, variant);
  for (const auto& [name, variant] : combinations) second.Apply(name, variant);
  if (original.Find("main") != nullptr && root->Find("main") == nullptr) {
    RemoveEntry(root, "target_rows");
  }
}

void ApplySettings(SpecNode* root,
                   const std::vector<std::pair<std::string, std::string>>& settings,
                   ErrorList* errors) {
  for (const auto& [path, text] : settings) {
    Override change{path, {}, Place{"--set " + path, 0, 0}};
    PartialYaml parsed = ParseYamlPartly(text, change.place.file);
    if (!parsed.errors.empty() || parsed.root.broken) {
      errors->Add(change.place, "", "malformed value", text);
      continue;
    }
    change.value = std::move(parsed.root);
    SetPlace(&change.value, change.place);
    SpecNode* parameters = FindMutable(root, "parameters");
    if (parameters != nullptr && FindMutable(parameters, path) != nullptr) {
      SetParameter(root, parameters, change, text, errors);
      continue;
    }
    Names names = parameters == nullptr ? Names{} : KeysOf(*parameters);
    const bool is_key =
        path.find('.') != std::string::npos || Contains(DatasetKeys(), path);
    if (is_key && path != "dataset" && !path.starts_with("variants")) {
      ApplyOne(root, change, errors);
      continue;
    }
    std::string hint = DidYouMean(path, names);
    if (hint.empty()) hint = DidYouMean(path, DatasetKeys());
    if (hint.empty()) {
      hint = names.empty()
                 ? "the dataset has no parameters; write a path, as in window.from"
                 : fmt::format("parameters: {}; or a path, as in window.from",
                               fmt::join(names, ", "));
    }
    errors->Add(change.place, "", "unknown parameter", path, hint);
  }
}

}  // namespace lakeseed
