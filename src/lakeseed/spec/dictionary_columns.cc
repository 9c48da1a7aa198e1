#include "lakeseed/spec/dictionary_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

// Keys that stand beside a generator.
constexpr std::string_view kBeside[] = {"type", "null_fraction", "when", "unique",
                                        "doc",  "since",         "until"};

bool IsOwn(const Field& root, const std::string& table) {
  const SpecNode* configs = root.node.Find("table_configs");
  const SpecNode* config = configs == nullptr ? nullptr : configs->Find(table);
  return config != nullptr && config->Find("columns") != nullptr;
}

Names KeysOf(const SpecNode* node) {
  Names names;
  if (node == nullptr) return names;
  for (const auto& [key, value] : node->entries) names.push_back(key.text);
  return names;
}

class Relationships {
 public:
  Relationships(const Field& root, SpecNode* tree) : root_(root), tree_(tree) {}

  void Run(const Field& list) {
    if (!list.node.is_sequence()) {
      return list.Error("must be a list", "[{parent: a.id, child: b.a_id}]");
    }
    for (size_t i = 0; i < list.node.items.size(); ++i) {
      One(Field{list.node.items[i], fmt::format("relationships[{}]", i), list.errors});
    }
  }

 private:
  struct End {
    std::string table, column;
    Field field;
    SpecNode* columns;
  };

  void One(const Field& entry) {
    if (!IsMapping(entry)) return;
    CheckKeys(entry, {"parent", "child", "type"});
    const auto parent = Read(entry, "parent"), child = Read(entry, "child");
    if (const auto type = Child(entry, "type");
        type && ReadText(*type) != "one_to_many") {
      type->Error("cannot be done yet", "one_to_many");
    }
    if (!parent || !child) return;
    if (!IsKey(*parent)) return;
    const SpecNode* column = child->columns->Find(child->column);
    if (column == nullptr && IsOwn(root_, child->table)) {
      SpecNode target = MakeMapping(child->field.node.place);
      SetEntry(&target, "to", MakeScalar(parent->table, child->field.node.place));
      SpecNode key = MakeMapping(child->field.node.place);
      SetEntry(&key, "foreign_key", std::move(target));
      SetEntry(child->columns, child->column, std::move(key));
    } else if (column == nullptr) {
      child->field.Error("unknown column",
                         DidYouMean(child->column, KeysOf(child->columns)));
    } else if (!Refers(*column, child->table, parent->table)) {
      child->field.Error(fmt::format("is no reference to {} here", parent->table));
    }
  }

  std::optional<End> Read(const Field& entry, const char* key) {
    const auto field = Child(entry, key);
    if (!field) {
      entry.errors->Add(entry.node.place, entry.path, "missing key", key);
      return std::nullopt;
    }
    const std::string text = ReadText(*field);
    const size_t dot = text.find('.');
    if (dot == std::string::npos) {
      field->Error("must be table.column", "for example customers.customer_id");
      return std::nullopt;
    }
    const std::string table = text.substr(0, dot);
    SpecNode* tables = FindMutable(tree_, "tables");
    SpecNode* node = FindMutable(tables, table);
    if (node == nullptr) {
      field->Error("unknown table", DidYouMean(table, KeysOf(tables)));
      return std::nullopt;
    }
    SpecNode* columns = MappingAt(node, "columns", field->node.place);
    return End{table, text.substr(dot + 1), *field, columns};
  }

  static bool IsKey(const End& parent) {
    const SpecNode* column = parent.columns->Find(parent.column);
    if (column != nullptr && column->Find("key") != nullptr) return true;
    std::string key;
    for (const auto& [name, value] : parent.columns->entries) {
      if (value.Find("key") != nullptr) key = name.text;
    }
    parent.field.Error("is not the key of its table",
                       key.empty() ? "" : fmt::format("the key is {}", key));
    return false;
  }

  bool Refers(const SpecNode& column, const std::string& child,
              const std::string& parent) const {
    if (const SpecNode* key = column.Find("foreign_key")) {
      const SpecNode* to = key->is_mapping() ? key->Find("to") : key;
      return to != nullptr && to->text == parent;
    }
    const SpecNode* per = tree_->Find("tables")->Find(child)->Find("per");
    const SpecNode* of = per == nullptr ? nullptr : per->Find("parent");
    const SpecNode* expr = column.is_mapping() ? column.Find("expr") : &column;
    return of != nullptr && of->text == parent && expr != nullptr &&
           expr->text.starts_with("parent.");
  }

  const Field root_;
  SpecNode* const tree_;
};

class Distributions {
 public:
  explicit Distributions(SpecNode* tree) : tables_(FindMutable(tree, "tables")) {}

  void Run(const Field& all) {
    if (!IsMapping(all)) return;
    for (const auto& [key, value] : all.node.entries) {
      const Field law{value, "distributions." + key.text, all.errors};
      if (!IsMapping(law)) continue;
      const auto call = Law(law);
      if (call) Put(key, law, *call);
    }
  }

 private:
  // {type: lognormal, mean, sigma} as {lognormal: {mean, stddev}}: the source means
  // the arithmetic mean and standard deviation of the values.
  static std::optional<SpecNode> Law(const Field& law) {
    const auto type = Child(law, "type");
    if (!type) {
      law.errors->Add(law.node.place, law.path, "missing key", "type");
      return std::nullopt;
    }
    const std::string name = ReadText(*type);
    SpecNode params = MakeMapping(law.node.place);
    for (const auto& [key, value] : law.node.entries) {
      if (key.text == "type") continue;
      SpecNode to = key;
      if (key.text == "sigma" || key.text == "std" || key.text == "std_dev") {
        to.text = "stddev";
      }
      params.entries.emplace_back(std::move(to), value);
    }
    if (name == "uniform" && params.Find("min") != nullptr &&
        params.Find("max") != nullptr) {
      SpecNode range;
      range.kind = SpecNode::Kind::kSequence;
      range.place = law.node.place;
      range.items = {*params.Find("min"), *params.Find("max")};
      params = std::move(range);
    }
    SpecNode call = MakeMapping(type->node.place);
    call.entries.emplace_back(MakeScalar(name, type->node.place), std::move(params));
    return call;
  }

  void Put(const SpecNode& name, const Field& law, const SpecNode& call) {
    std::vector<std::pair<std::string, SpecNode*>> found = Find(name.text);
    if (found.empty()) {
      if (SpecNode* age = AgeOf(name.text)) {
        *age = call;
        return;
      }
      Names known;
      for (const auto& [table, value] : tables_->entries) {
        for (const std::string& column : KeysOf(value.Find("columns"))) {
          known.push_back(column);
        }
      }
      std::string hint = DidYouMean(name.text, known);
      if (hint.empty()) {
        hint = "write table.column; or give a table of your own this column";
      }
      law.errors->Add(name.place, "distributions", "no column has this name", name.text,
                      hint);
      return;
    }
    if (found.size() > 1) {
      law.errors->Add(name.place, "distributions", "several tables have this column",
                      name.text, fmt::format("write {}.{}", found[0].first, name.text));
      return;
    }
    Replace(name, law, call, found[0].second);
  }

  // The columns that a name means, with their tables.
  std::vector<std::pair<std::string, SpecNode*>> Find(const std::string& name) {
    std::vector<std::pair<std::string, SpecNode*>> found;
    for (auto& [table, node] : tables_->entries) {
      SpecNode* columns = FindMutable(&node, "columns");
      if (columns == nullptr) continue;
      for (const std::string& column : {name, After(name, table.text + "."),
                                        After(name, Singular(table.text) + "_")}) {
        SpecNode* value = column.empty() ? nullptr : FindMutable(columns, column);
        if (value == nullptr) continue;
        found.emplace_back(table.text, value);
        break;
      }
    }
    return found;
  }

  static std::string After(const std::string& text, const std::string& prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
  }

  // customers and dim_customer are tables of a customer.
  static std::string Singular(const std::string& table) {
    std::string name = table.starts_with("dim_") ? table.substr(4) : table;
    if (name.ends_with("s")) name.pop_back();
    return name;
  }

  // customer_age: how old the people in customers are.
  SpecNode* AgeOf(const std::string& name) {
    for (auto& [table, node] : tables_->entries) {
      if (name != Singular(table.text) + "_age") continue;
      SpecNode* lets = FindMutable(&node, "let");
      if (lets == nullptr) continue;
      for (auto& [let, value] : lets->entries) {
        SpecNode* person = FindMutable(&value, "person");
        if (person != nullptr && FindMutable(person, "age") != nullptr) {
          return FindMutable(person, "age");
        }
      }
    }
    return nullptr;
  }

  static void Replace(const SpecNode& name, const Field& law, const SpecNode& call,
                      SpecNode* column) {
    const bool computed = !column->is_mapping() || column->Find("expr") != nullptr ||
                          column->Find("key") != nullptr ||
                          column->Find("foreign_key") != nullptr;
    if (computed) {
      law.errors->Add(name.place, "distributions",
                      "the column follows from other values, so it has no law of its own",
                      name.text, "only columns that are drawn have one");
      return;
    }
    SpecNode changed = call;
    for (const auto& [key, value] : column->entries) {
      const auto* end = std::end(kBeside);
      if (std::find(std::begin(kBeside), end, key.text) != end) {
        changed.entries.emplace_back(key, value);
      }
    }
    *column = std::move(changed);
  }

  SpecNode* const tables_;
};

std::string ExpressionOf(const SpecNode& node) {
  const SpecNode* text = node.is_mapping() ? node.Find("expr") : &node;
  return text == nullptr ? std::string() : text->text;
}

// Whether an expression has `name` in it as a whole word.
bool Mentions(const std::string& expression, const std::string& name) {
  const auto is_part = [&](size_t at) {
    const char c = at < expression.size() ? expression[at] : ' ';
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
  };
  for (size_t at = expression.find(name); at != std::string::npos;
       at = expression.find(name, at + 1)) {
    if ((at == 0 || !is_part(at - 1)) && !is_part(at + name.size())) return true;
  }
  return false;
}

// Columns that rest on sums over children, which shrink when a child lost its parts.
Names SumsOf(const SpecNode& columns) {
  Names sums;
  for (size_t before = 1; before != sums.size();) {
    before = sums.size();
    for (const auto& [name, value] : columns.entries) {
      if (std::find(sums.begin(), sums.end(), name.text) != sums.end()) continue;
      const std::string text = ExpressionOf(value);
      const bool is_sum =
          text.find("sum(") != std::string::npos ||
          std::any_of(sums.begin(), sums.end(),
                      [&](const std::string& sum) { return Mentions(text, sum); });
      if (is_sum) sums.push_back(name.text);
    }
    if (sums.empty()) break;
  }
  return sums;
}

// A rule that null references may break: one that asks for null, or weighs a sum.
bool MayBreak(const SpecNode& rule, const Names& sums) {
  const std::string text = ExpressionOf(rule);
  return text.find("is not null") != std::string::npos ||
         text.find("is null") != std::string::npos ||
         std::any_of(sums.begin(), sums.end(),
                     [&](const std::string& sum) { return Mentions(text, sum); });
}

void SetNulls(const Field& share, SpecNode* tree) {
  const auto value = ReadDouble(share, 0, 1);
  if (!value || *value == 0) return;
  for (auto& [name, table] : FindMutable(tree, "tables")->entries) {
    SpecNode* columns = FindMutable(&table, "columns");
    if (columns == nullptr) continue;
    for (auto& [column, node] : columns->entries) {
      if (node.Find("foreign_key") == nullptr) continue;
      const SpecNode* own = node.Find("null_fraction");
      const double nulls = own == nullptr ? 0 : ParseDoubleLiteral(own->text).value_or(0);
      SetEntry(&node, "null_fraction",
               MakeScalar(fmt::format("{}", 1 - (1 - nulls) * (1 - *value)),
                          share.node.place));
    }
    if (SpecNode* rules = FindMutable(&table, "rules")) {
      const Names sums = SumsOf(*columns);
      std::erase_if(rules->entries,
                    [&](const auto& rule) { return MayBreak(rule.second, sums); });
      if (rules->entries.empty()) RemoveEntry(&table, "rules");
    }
  }
}

}  // namespace

void ApplyDictionaryColumns(const Field& root, SpecNode* tree) {
  if (const auto list = Child(root, "relationships"))
    Relationships(root, tree).Run(*list);
  if (const auto laws = Child(root, "distributions")) Distributions(tree).Run(*laws);
  if (const auto share = Child(root, "relationship_null_percentage")) {
    SetNulls(*share, tree);
  }
  const auto enabled = Child(root, "enable_relationships");
  if (enabled && !ReadBool(*enabled).value_or(true)) {
    enabled->Error("cannot be switched off",
                   "rows are made from what they refer to; relationship_null_percentage "
                   "takes references away");
  }
}

}  // namespace lakeseed
