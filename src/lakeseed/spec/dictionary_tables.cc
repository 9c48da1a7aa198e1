#include "lakeseed/spec/dictionary_tables.h"

#include <fmt/format.h>

#include <optional>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dictionary_base.h"
#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/dictionary_table.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

// A table of the user's own, before its sizes are put in.
SpecNode OwnTable(const Field& config, const std::optional<Field>& type,
                  bool counts_target) {
  const Place& place = config.node.place;
  SpecNode table = MakeMapping(place);
  const bool by_day = type ? type->node.text == "incremental"
                           : config.node.Find("base_rows_per_day") != nullptr;
  const auto once = Child(config, "frequency");
  if (config.node.Find("per") != nullptr) {
    SetEntry(&table, "per", *config.node.Find("per"));
  } else if (by_day) {
    SpecNode events = MakeMapping(place);
    const bool is_main =
        counts_target && config.node.Find("base_rows_per_day") == nullptr;
    SetEntry(&events, "per_day", MakeScalar(is_main ? "main" : "1000", place));
    SetEntry(&table, "events", std::move(events));
  } else if (once && once->node.text == "once") {
    SpecNode rows = MakeMapping(place);
    SetEntry(&rows, "fixed", MakeScalar("10000", place));
    SetEntry(&table, "rows", std::move(rows));
  } else {
    SpecNode population = MakeMapping(place);
    SetEntry(&population, "size", MakeScalar("10000", place));
    SetEntry(&table, "population", std::move(population));
  }
  for (const char* key : {"let", "columns", "rules"}) {
    if (const SpecNode* node = config.node.Find(key)) SetEntry(&table, key, *node);
  }
  return table;
}

class Translation {
 public:
  Translation(const Field& root, const DictionaryDays& days, const std::string& tables_of,
              SpecNode* tree)
      : root_(root), days_(days), tables_of_(tables_of), tree_(tree) {}

  void Run() {
    if (const auto configs = Child(root_, "table_configs")) IsMapping(*configs);
    std::vector<SpecNode> names;
    for (const SpecNode& name : DictionaryTableNames(root_.node)) {
      if (Prepare(name)) names.push_back(name);
    }
    // Rows per parent's row need the parent's rows first.
    for (const bool children : {false, true}) {
      for (const SpecNode& name : names) {
        const SpecNode* table = tree_->Find("tables")->Find(name.text);
        if ((table->Find("per") != nullptr) != children) continue;
        const Field config = Config(name);
        ApplyDictionaryTable(config, name.text, TypeOf(name.text, config), days_, tree_);
      }
    }
  }

 private:
  // What is said of the table; nothing is an empty mapping.
  Field Config(const SpecNode& name) {
    const auto configs = Child(root_, "table_configs");
    if (configs && configs->node.is_mapping()) {
      if (auto config = Child(*configs, name.text); config && IsMapping(*config)) {
        return *config;
      }
    }
    empty_ = MakeMapping(name.place);
    return Field{empty_, name.text, root_.errors};
  }

  std::optional<Field> TypeOf(const std::string& name, const Field& config) const {
    auto type = EitherKey(config, "type", "table_type");
    const auto types = days_.Find("table_types");
    const auto shared =
        types && types->node.is_mapping() ? Child(*types, name) : std::optional<Field>();
    if (type && shared && type->node.text != shared->node.text) {
      shared->Error(fmt::format("{} says {}", type->path, type->node.text));
    }
    return type ? type : shared;
  }

  // Whether the table is there now.
  bool Prepare(const SpecNode& name) {
    const Field config = Config(name);
    CheckDictionaryKeys(config, "table_configs");
    if (const auto own = Child(config, "table_name");
        own && own->node.text != name.text) {
      own->Error(fmt::format("the table stands under the name {}", name.text));
    }
    SpecNode* tables = FindMutable(tree_, "tables");
    if (config.node.Find("columns") != nullptr) {
      const bool first =
          root_.node.Find("target_rows") != nullptr && tree_->Find("main") == nullptr;
      SpecNode table = OwnTable(config, TypeOf(name.text, config), first);
      const SpecNode* events = table.Find("events");
      if (events != nullptr && events->Find("per_day")->text == "main") {
        SetEntry(tree_, "main", name);
      }
      RemoveEntry(tables, name.text);
      tables->entries.emplace_back(name, std::move(table));
      return true;
    }
    if (FindMutable(tables, name.text) == nullptr) return Unknown(name, *tables);
    for (const char* key : {"let", "per", "rules"}) {
      if (const auto field = Child(config, key)) {
        field->errors->Add(field->node.place, config.path,
                           "is for tables that have `columns` of their own", key);
      }
    }
    return true;
  }

  bool Unknown(const SpecNode& name, const SpecNode& tables) const {
    Names known;
    for (const auto& [table, value] : tables.entries) known.push_back(table.text);
    std::string hint = DidYouMean(name.text, known);
    if (!hint.empty()) hint += " or ";
    hint += tables_of_.empty()
                ? "give it `columns`; no built-in dataset has this id, or this domain "
                  "and pattern"
                : fmt::format("give it `columns`; {} has {}", tables_of_,
                              fmt::join(known, ", "));
    root_.errors->Add(name.place, "", "unknown table", name.text, hint);
    return false;
  }

  const Field root_;
  const DictionaryDays& days_;
  const std::string& tables_of_;
  SpecNode* const tree_;
  SpecNode empty_;
};

}  // namespace

void ApplyDictionaryTables(const Field& root, const DictionaryDays& days,
                           const std::string& tables_of, SpecNode* tree) {
  Translation(root, days, tables_of, tree).Run();
}

}  // namespace lakeseed
