#include "lakeseed/spec/dictionary_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/spec/node_edit.h"
#include "lakeseed/spec/override.h"

namespace lakeseed {
namespace {

constexpr std::string_view kByDayVariant = "incremental";
constexpr char kFirstDay[] = "2024-01-01", kLastDay[] = "2024-12-31";

std::string TextAt(const SpecNode& node, std::string_view key) {
  const SpecNode* child = node.Find(key);
  return child != nullptr && child->is_scalar() ? child->text : std::string();
}

// "star_schema" and "star" are one pattern.
std::string PatternOf(const std::string& pattern) {
  return pattern == "star_schema" ? "star" : pattern;
}

// Whether the rows come by day: no target then.
bool IsByDay(const SpecNode& root) {
  if (root.Find("incremental_config") != nullptr) return true;
  const SpecNode* tables = root.Find("table_configs");
  if (tables == nullptr) return false;
  return std::any_of(tables->entries.begin(), tables->entries.end(), [](const auto& one) {
    return one.second.Find("base_rows_per_day") != nullptr;
  });
}

int64_t SharedTables(const SpecNode& tree, const std::vector<SpecNode>& names) {
  const SpecNode* tables = tree.Find("tables");
  if (tables == nullptr) return 0;
  return std::count_if(names.begin(), names.end(), [&](const SpecNode& name) {
    return tables->Find(name.text) != nullptr;
  });
}

// The pattern that the dictionary states, from either key.
std::string StatedPattern(const SpecNode& root) {
  const std::string pattern = TextAt(root, "schema_pattern");
  const std::string type = TextAt(root, "dataset_type");
  if (!pattern.empty()) return pattern == "custom" ? "" : pattern;
  if (type == "transactional") return "oltp";
  return type == "analytical" ? "star_schema" : "";
}

// The built-in of a domain and pattern that knows most of the tables.
arrow::Result<std::optional<BuiltinId>> FindByDomain(const SpecNode& root) {
  const std::string domain = TextAt(root, "domain");
  const std::string pattern = PatternOf(StatedPattern(root));
  if (domain.empty()) return std::nullopt;
  const std::vector<SpecNode> names = DictionaryTableNames(root);
  const bool by_day = IsByDay(root);
  std::optional<BuiltinId> best;
  int64_t best_score = -1;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> files, BuiltinNames());
  for (const std::string& file : files) {
    ARROW_ASSIGN_OR_RAISE(const auto parsed, ParsedBuiltin(file));
    const SpecNode& tree = parsed->root;
    if (TextAt(tree, "domain") != domain) continue;
    if (!pattern.empty() && PatternOf(TextAt(tree, "pattern")) != pattern) continue;
    const Names variants = VariantNames(tree);
    const bool has_days =
        std::find(variants.begin(), variants.end(), kByDayVariant) != variants.end();
    const bool is_by_day = tree.Find("main") == nullptr;
    const bool fits = by_day ? is_by_day || has_days : !is_by_day;
    const int64_t score = 2 * SharedTables(tree, names) + (fits ? 1 : 0);
    if (score <= best_score) continue;
    best_score = score;
    best = BuiltinId{file, by_day && has_days ? std::string(kByDayVariant) : ""};
  }
  return best;
}

// What the dictionary says about a dataset that is built in must be true of it.
void CheckFits(const Field& root, const SpecNode& tree, const std::string& id) {
  if (const auto domain = Child(root, "domain")) {
    const std::string here = TextAt(tree, "domain");
    if (domain->node.text != here) {
      domain->Error(fmt::format("{} is of another domain", id),
                    fmt::format("write {}, or another dataset_id", here));
    }
  }
  const std::string pattern = StatedPattern(root.node), here = TextAt(tree, "pattern");
  if (pattern.empty() || PatternOf(pattern) == PatternOf(here)) return;
  const bool by_pattern = root.node.Find("schema_pattern") != nullptr;
  const auto field = Child(root, by_pattern ? "schema_pattern" : "dataset_type");
  field->Error(fmt::format("{} is of another pattern", id),
               fmt::format("it is {}; or give another dataset_id", here));
}

/// Without tables, or a domain that has some, there must be a dataset of that name.
bool StatesTables(const SpecNode& root) {
  constexpr const char* kKeys[] = {"tables", "fact_tables", "dimensions",
                                   "table_configs"};
  return !DictionaryTableNames(root).empty() ||
         std::any_of(std::begin(kKeys), std::end(kKeys),
                     [&](const char* key) { return root.Find(key) != nullptr; });
}

arrow::Status UnknownId(const std::string& id, const Place& place) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetListing> listings, ListDatasets());
  Names ids;
  for (const DatasetListing& one : listings) ids.push_back(one.id);
  std::string hint = DidYouMean(id, ids);
  if (!hint.empty()) hint += " ";
  hint += "one of your own needs `table_configs`, or a `domain` whose tables it takes";
  return SpecErrors({{place, "dataset_id", "unknown dataset", id, hint}});
}

SpecNode EmptyTree(const Field& root, const Place& place) {
  SpecNode tree = MakeMapping(place);
  SpecNode window = MakeMapping(place);
  SetEntry(&window, "from", MakeScalar(kFirstDay, place));
  SetEntry(&window, "to", MakeScalar(kLastDay, place));
  SetEntry(&tree, "window", std::move(window));
  const std::string pattern = StatedPattern(root.node);
  if (!pattern.empty()) SetEntry(&tree, "pattern", MakeScalar(pattern, place));
  if (const SpecNode* domain = root.node.Find("domain")) {
    SetEntry(&tree, "domain", *domain);
  }
  SetEntry(&tree, "tables", MakeMapping(place));
  return tree;
}

}  // namespace

std::vector<SpecNode> DictionaryTableNames(const SpecNode& root) {
  std::vector<SpecNode> names;
  std::set<std::string> seen;
  const auto add = [&](const SpecNode& name) {
    if (name.is_scalar() && seen.insert(name.text).second) names.push_back(name);
  };
  for (const char* key : {"tables", "fact_tables", "dimensions"}) {
    if (const SpecNode* list = root.Find(key)) {
      for (const SpecNode& item : list->items) add(item);
    }
  }
  const auto add_keys = [&](const SpecNode* mapping) {
    if (mapping == nullptr) return;
    for (const auto& [key, value] : mapping->entries) add(key);
  };
  add_keys(root.Find("table_configs"));
  const SpecNode* days = root.Find("incremental_config");
  add_keys(days == nullptr ? nullptr : days->Find("table_types"));
  return names;
}

arrow::Result<DictionaryBase> FindDictionaryBase(const Field& root, const std::string& id,
                                                 const Place& id_place) {
  DictionaryBase base{EmptyTree(root, id_place), {id, ""}, ""};
  ARROW_ASSIGN_OR_RAISE(const std::optional<FoundBuiltin> builtin, FindBuiltin(id));
  const bool is_builtin = builtin.has_value();
  std::optional<BuiltinId> found;
  if (is_builtin) {
    found = builtin->id;
  } else {
    ARROW_ASSIGN_OR_RAISE(found, FindByDomain(root.node));
  }
  if (!found && !StatesTables(root.node)) return UnknownId(id, id_place);
  if (!found) return base;
  ARROW_ASSIGN_OR_RAISE(base.tree, BuiltinTree(*found));
  base.tables_of =
      found->variant.empty() ? found->name : found->name + "_" + found->variant;
  if (is_builtin) {
    base.id = *found;
    CheckFits(root, base.tree, id);
  }
  return base;
}

}  // namespace lakeseed
