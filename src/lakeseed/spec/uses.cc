#include "lakeseed/spec/uses.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/field.h"
#include "lakeseed/spec/node_edit.h"
#include "lakeseed/spec/override.h"

namespace lakeseed {
namespace {

constexpr char kHowToWrite[] =
    "write `uses: retail_oltp`, or `uses: {dataset: retail_oltp, tables: [stores]}`";
constexpr std::string_view kSetName = "set";
constexpr std::string_view kHead[] = {"window", "epoch", "law_version"};

/// What `uses:` says.
struct Uses {
  std::string id;  ///< Of a built-in dataset, or a file's path.
  std::vector<SpecNode> shown;
  std::string variant;          ///< Of a file.
  std::optional<SpecNode> set;  ///< Changes to it by dotted path, as a variant has.
  Place place;
};

std::optional<Uses> ReadUses(const Field& field) {
  Uses uses{.place = field.node.place};
  if (field.node.broken) return std::nullopt;
  if (field.node.is_scalar()) {
    uses.id = field.node.text;
  } else if (field.node.is_mapping()) {
    CheckKeys(field, {"dataset", "tables", "variant", "set"});
    if (const auto id = Child(field, "dataset")) {
      uses.id = ReadText(*id);
      uses.place = id->node.place;
    }
    if (const auto tables = Child(field, "tables")) uses.shown = ReadNames(*tables);
    if (const auto variant = Child(field, "variant")) uses.variant = ReadText(*variant);
    if (const auto set = Child(field, "set"); set && IsMapping(*set))
      uses.set = set->node;
  }
  if (uses.id.empty()) {
    field.Error("must name a dataset", kHowToWrite);
    return std::nullopt;
  }
  return uses;
}

bool IsFile(const std::string& id) {
  return id.ends_with(".yaml") || id.ends_with(".yml") || id.ends_with(".json");
}

std::string TextAt(const SpecNode& node, std::string_view key) {
  const SpecNode* value = node.Find(key);
  return value != nullptr && value->is_scalar() ? value->text : "";
}

/// Reads what a chain of files uses; a file that is met again closes a circle.
class Importer {
 public:
  explicit Importer(ErrorList* errors) : errors_(errors) {}

  Imports Import(SpecNode* root, const UsesRequest& request) {
    chain_.push_back(NameOf(*root, request.file));
    Imports imports;
    if (const auto uses = UsesOf(*root, request)) {
      if (auto used = Load(*uses, request.file)) {
        imports = Merge(*uses, *std::move(used), root);
      }
    }
    chain_.pop_back();
    return imports;
  }

 private:
  struct Used {
    SpecNode tree;
    Imports imports;
    std::string domain;
  };

  static std::string NameOf(const SpecNode& root, const std::string& file) {
    const std::string name = TextAt(root, "dataset");
    return name.empty() ? file : name;
  }

  /// What the file uses once its variants and settings are applied. Their own errors are
  /// reported when they are applied for good.
  std::optional<Uses> UsesOf(const SpecNode& root, const UsesRequest& request) {
    SpecNode changed = root;
    ErrorList unused;
    ApplyVariants(&changed, request.variants, &unused);
    ApplySettings(&changed, request.settings, &unused);
    const SpecNode* uses = changed.Find("uses");
    if (uses == nullptr) return std::nullopt;
    return ReadUses(Field{*uses, "uses", errors_});
  }

  std::optional<Used> Load(const Uses& uses, const std::string& file) {
    BuiltinId id{uses.id, uses.variant};
    std::string path;
    PartialYaml parsed;
    if (IsFile(uses.id)) {
      path = (std::filesystem::path(file).parent_path() / uses.id).string();
      const auto text = ReadSpecText(path);
      if (!text.ok()) {
        AddAt(uses.place, text.status());
        return std::nullopt;
      }
      parsed = ParseYamlPartly(*text, path);
    } else {
      const auto found = FindBuiltin(uses.id);
      if (!found.ok() || !*found) {
        Unknown(uses);
        return std::nullopt;
      }
      id = (*found)->id;
      path = BuiltinPath(id.name);
      parsed = *(*found)->file;
      if (!uses.variant.empty()) {
        errors_->Add(uses.place, "uses.variant", "is for files", uses.variant,
                     fmt::format("write {}_{}", uses.id, uses.variant));
      }
    }
    errors_->Add(std::move(parsed.errors));
    SpecNode& tree = parsed.root;
    const std::string name = NameOf(tree, path);
    if (std::find(chain_.begin(), chain_.end(), name) != chain_.end()) {
      chain_.push_back(name);
      errors_->Add(uses.place, "uses", "datasets use each other",
                   fmt::format("{}", fmt::join(chain_, " -> ")));
      chain_.pop_back();
      return std::nullopt;
    }
    const auto chosen = SplitVariant(id.variant, VariantNames(tree));
    if (!chosen.ok()) {
      AddAt(uses.place, chosen.status());
      return std::nullopt;
    }
    Used used;
    used.imports = Import(&tree, {path, *chosen, {}});
    ApplyVariants(&tree, *chosen, errors_);
    RemoveEntry(&tree, "variants");
    if (uses.set) {
      SetEntry(MappingAt(&tree, "variants", uses.place), kSetName, *uses.set);
      ApplyVariants(&tree, {std::string(kSetName)}, errors_);
      RemoveEntry(&tree, "variants");
    }
    used.domain = TextAt(tree, "domain").empty() ? name : TextAt(tree, "domain");
    used.tree = std::move(tree);
    return used;
  }

  void AddAt(const Place& place, const arrow::Status& status) {
    for (Diagnostic one : DiagnosticsOf(status)) {
      if (one.place.line == 0) one.place = place;
      errors_->Add(one.place, "uses", one.reason, one.value, one.hint);
    }
  }

  void Unknown(const Uses& uses) {
    const auto known = BuiltinNames();
    const Names names = known.ok() ? *known : Names{};
    const std::string nearest = DidYouMean(uses.id, names);
    errors_->Add(uses.place, "uses", "unknown dataset", uses.id,
                 nearest.empty() ? fmt::format("datasets: {}; or a file: shop.yaml",
                                               fmt::join(names, ", "))
                                 : nearest);
  }

  /// The used tree's entries of `section` that the file has none of, before its own.
  void MergeSection(std::string_view section, const SpecNode& used, SpecNode* root) {
    const SpecNode* from = used.Find(section);
    if (from == nullptr || !from->is_mapping()) return;
    SpecNode* to = FindMutable(root, section);
    if (to == nullptr || !to->is_mapping()) {
      if (to == nullptr) SetEntry(root, section, *from);
      return;
    }
    std::vector<std::pair<SpecNode, SpecNode>> entries;
    for (const auto& entry : from->entries) {
      if (to->Find(entry.first.text) == nullptr) entries.push_back(entry);
    }
    std::move(to->entries.begin(), to->entries.end(), std::back_inserter(entries));
    to->entries = std::move(entries);
  }

  Imports Merge(const Uses& uses, Used used, SpecNode* root) {
    Imports imports;
    const SpecNode* tables = used.tree.Find("tables");
    if (tables == nullptr || !tables->is_mapping()) return imports;
    const SpecNode* seasons = used.tree.Find("seasons");
    const bool keeps_seasons = root->Find("seasons") != nullptr;
    const SpecNode none = MakeMapping(uses.place);
    Names names;
    for (const auto& [key, value] : tables->entries) {
      names.push_back(key.text);
      const auto before = used.imports.tables.find(key.text);
      Imports::Table& table = imports.tables[key.text];
      table.domain = used.domain;
      if (before != used.imports.tables.end()) table = before->second;
      table.is_hidden = true;
      if (keeps_seasons && !table.seasons) {
        table.seasons = seasons == nullptr ? none : *seasons;
      }
    }
    for (const SpecNode& shown : uses.shown) {
      const auto found = imports.tables.find(shown.text);
      if (found != imports.tables.end()) {
        found->second.is_hidden = false;
        continue;
      }
      std::string hint = DidYouMean(shown.text, names);
      if (hint.empty()) hint = fmt::format("tables: {}", fmt::join(names, ", "));
      errors_->Add(shown.place, "uses.tables", "unknown table of " + uses.id, shown.text,
                   hint);
    }
    CheckNewNames("tables", "table", used.tree, *root);
    CheckNewNames("groups", "group", used.tree, *root);
    for (const std::string_view key : kHead) {
      if (root->Find(key) == nullptr && used.tree.Find(key) != nullptr) {
        SetEntry(root, key, *used.tree.Find(key));
      }
    }
    if (root->Find("main") == nullptr && used.tree.Find("main") != nullptr) {
      SetEntry(root, "main", *used.tree.Find("main"));
      const SpecNode* target = used.tree.Find("target_rows");
      if (target != nullptr && root->Find("target_rows") == nullptr) {
        SetEntry(root, "target_rows", *target);
      }
    }
    if (!keeps_seasons && seasons != nullptr) SetEntry(root, "seasons", *seasons);
    for (const std::string_view section : {"parameters", "groups", "tables"}) {
      MergeSection(section, used.tree, root);
    }
    return imports;
  }

  void CheckNewNames(std::string_view section, std::string_view what,
                     const SpecNode& used, const SpecNode& root) {
    const SpecNode* theirs = used.Find(section);
    const SpecNode* ours = root.Find(section);
    if (theirs == nullptr || ours == nullptr) return;
    for (const auto& [key, value] : ours->entries) {
      if (theirs->Find(key.text) == nullptr) continue;
      errors_->Add(key.place, std::string(section),
                   fmt::format("a {} of the used dataset has this name", what), key.text,
                   "give it another one");
    }
  }

  ErrorList* const errors_;
  std::vector<std::string> chain_;  ///< Names of the datasets on the way here.
};

}  // namespace

Imports ImportUsed(SpecNode* root, const UsesRequest& request, ErrorList* errors) {
  return Importer(errors).Import(root, request);
}

}  // namespace lakeseed
