#include "lakeseed/spec/dictionary.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dictionary_base.h"
#include "lakeseed/spec/dictionary_columns.h"
#include "lakeseed/spec/dictionary_days.h"
#include "lakeseed/spec/dictionary_drift.h"
#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/dictionary_settings.h"
#include "lakeseed/spec/dictionary_tables.h"
#include "lakeseed/spec/dictionary_text.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

// Keys that no dataset file has. `tables` and `domain` both have.
constexpr std::string_view kBoth[] = {"tables", "domain", "target_rows"};

class Translator {
 public:
  Translator(const Field& root, std::string id) : root_(root), id_(std::move(id)) {}

  Dictionary Run() {
    Dictionary made;
    CheckDictionaryKeys(root_, "");
    Place place = root_.node.place;
    if (const auto stated = Child(root_, "dataset_id")) {
      made.states_id = true;
      id_ = ReadText(*stated);
      place = stated->node.place;
      if (stated->node.is_scalar() && id_.empty()) stated->Error("must be a name");
    }
    if (id_.empty()) {
      if (!made.states_id) {
        root_.errors->Add(root_.node.place, "", "missing key", "dataset_id",
                          "or name the dataset on the command line");
      }
      return made;
    }
    made.settings = ReadDictionarySettings(root_);
    arrow::Result<DictionaryBase> found = FindDictionaryBase(root_, id_, place);
    if (!found.ok()) {
      root_.errors->Add(found.status(), "");
      return made;
    }
    DictionaryBase base = std::move(found).ValueUnsafe();
    made.id = base.id;
    SetEntry(&base.tree, "dataset", MakeScalar(id_, place));
    Head(&base.tree);
    const DictionaryDays days = ApplyDictionaryDays(root_, &base.tree);
    ApplyDictionaryTables(root_, days, base.tables_of, &base.tree);
    ApplyDictionaryColumns(root_, &base.tree);
    ApplyDictionaryDrift(root_, &base.tree);
    Target(base.tree);
    Tables(base.tree, &made);
    made.tree = std::move(base.tree);
    return made;
  }

 private:
  void Head(SpecNode* tree) {
    std::string doc;
    Place place;
    for (const char* key : {"dataset_name", "description"}) {
      const auto field = Child(root_, key);
      if (!field) continue;
      doc += (doc.empty() ? "" : ": ") + ReadText(*field);
      place = field->node.place;
    }
    if (!doc.empty()) SetEntry(tree, "doc", MakeScalar(doc, place));
    OneOf("dataset_type", {"transactional", "analytical", "custom"});
    OneOf("schema_pattern", {"oltp", "star_schema", "star", "custom"});
    const auto type = Child(root_, "dataset_type"),
               pattern = Child(root_, "schema_pattern");
    if (!type || !pattern) return;
    const bool is_oltp = pattern->node.text == "oltp";
    const bool wrong = (type->node.text == "transactional" && !is_oltp) ||
                       (type->node.text == "analytical" && is_oltp);
    if (wrong && pattern->node.text != "custom") {
      type->Error(fmt::format("does not fit schema_pattern {}", pattern->node.text),
                  "oltp is transactional, star_schema is analytical");
    }
  }

  void OneOf(const char* key, const Names& words) {
    const auto field = Child(root_, key);
    if (!field) return;
    const std::string text = ReadText(*field);
    if (std::find(words.begin(), words.end(), text) != words.end()) return;
    std::string hint = DidYouMean(text, words);
    if (hint.empty()) hint = fmt::format("one of {}", fmt::join(words, ", "));
    field->Error("unknown word", hint);
  }

  void Target(const SpecNode& tree) {
    const auto target = Child(root_, "target_rows");
    if (!target || tree.Find("main") != nullptr) return;
    target->Error("the dataset has no target, its tables state their rows",
                  "state base_rows and base_rows_per_day, or scale_factor");
  }

  // The tables that are written: those of the lists, else all that are spoken of.
  void Tables(const SpecNode& tree, Dictionary* made) {
    std::vector<SpecNode> written;
    std::string lists;
    for (const char* key : {"tables", "fact_tables", "dimensions"}) {
      const auto list = Child(root_, key);
      if (!list) continue;
      if (!list->node.is_sequence()) {
        list->Error("must be a list of tables");
        continue;
      }
      lists += (lists.empty() ? "" : " and ") + std::string(key);
      for (SpecNode& name : ReadNames(*list)) written.push_back(std::move(name));
    }
    const std::vector<SpecNode> spoken = DictionaryTableNames(root_.node);
    if (written.empty()) {
      written = spoken;
    } else {
      for (const SpecNode& name : spoken) {
        const auto same = [&](const auto& one) { return one.text == name.text; };
        if (std::any_of(written.begin(), written.end(), same)) continue;
        root_.errors->Add(name.place, "", "table is not in " + lists, name.text,
                          "add it there");
      }
    }
    const SpecNode* tables = tree.Find("tables");
    std::string list;
    size_t count = 0;
    for (const SpecNode& name : written) {
      for (const std::string& table : {name.text, name.text + "_history"}) {
        const bool is_own = table == name.text;
        const SpecNode* node = tables->Find(table);
        const SpecNode* of = node == nullptr ? nullptr : node->Find("history_of");
        if (!is_own && (of == nullptr || of->text != name.text)) continue;
        list += (list.empty() ? "" : ",") + table;
        ++count;
      }
    }
    if (written.empty() || count == tables->entries.size()) return;
    made->settings.push_back({"tables", list, "tables", written[0].place});
  }

  const Field root_;
  std::string id_;
};

}  // namespace

bool IsDictionary(const SpecNode& root) {
  if (!root.is_mapping() || root.Find("dataset") != nullptr) return false;
  const Names keys = DictionaryKeys("");
  return std::any_of(root.entries.begin(), root.entries.end(), [&](const auto& entry) {
    const std::string& key = entry.first.text;
    return std::find(keys.begin(), keys.end(), key) != keys.end() &&
           std::find(std::begin(kBoth), std::end(kBoth), key) == std::end(kBoth);
  });
}

Dictionary TranslateDictionary(const SpecNode& root, const std::string& dataset_id,
                               ErrorList* errors) {
  SpecNode stated = root;
  RemoveNone(&stated);
  return Translator(Field{stated, "", errors}, dataset_id).Run();
}

}  // namespace lakeseed
