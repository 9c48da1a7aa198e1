#include "lakeseed/spec/dataset_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>

#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {
namespace {

bool IsWordLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         c == '_';
}

/// Every name that anything reads: by table where it stands first in a path, for all
/// tables where it stands behind a point.
class UsedNames {
 public:
  /// What the tables of the file say is read as text too, so that no place where an
  /// expression may stand is forgotten.
  UsedNames(const DatasetSpec& spec, const SpecNode* root) {
    for (const ParameterSpec& one : spec.parameters) Add("", one.value);
    for (const TableSpec& table : spec.tables) Add(table);
    const SpecNode* tables = root == nullptr ? nullptr : root->Find("tables");
    if (tables == nullptr) return;
    for (const auto& [name, table] : tables->entries) AddText(name.text, table);
  }

  bool InTable(const std::string& table, const std::string& name) const {
    return first_.contains({table, name}) || behind_.contains(name);
  }
  bool Anywhere(const std::string& name) const {
    return any_.contains(name) || behind_.contains(name);
  }

 private:
  void Name(const std::string& table, bool is_first, const std::string& name) {
    if (!is_first) {
      behind_.insert(name);
      return;
    }
    first_.insert({table, name});
    any_.insert(name);
  }

  void Add(const std::string& table, const ExprPtr& expression) {
    if (expression == nullptr) return;
    for (const Expr* path : PathsOf(*expression)) {
      for (size_t i = 0; i < path->path.size(); ++i) {
        Name(table, i == 0, path->path[i]);
      }
    }
  }

  /// A parameter of a generator may be a name, an expression or plain text; words of
  /// all of them count.
  void Add(const std::string& table, const SpecNode& node) {
    for (const SpecNode& item : node.items) Add(table, item);
    for (const auto& [key, value] : node.entries) {
      Add(table, key);
      Add(table, value);
    }
    const std::string& text = node.text;
    for (size_t begin = 0; begin < text.size();) {
      size_t end = begin;
      while (end < text.size() && IsWordLetter(text[end])) ++end;
      if (end > begin) {
        const bool is_first = begin == 0 || text[begin - 1] != '.';
        Name(table, is_first, text.substr(begin, end - begin));
      }
      begin = end + 1;
    }
  }

  /// A table as it stands in the file; the names that `let` gives are no uses.
  void AddText(const std::string& table, const SpecNode& node) {
    for (const auto& [key, value] : node.entries) {
      if (key.text != "let") {
        Add(table, value);
        continue;
      }
      for (const auto& [name, let] : value.entries) Add(table, let);
    }
  }

  void Add(const std::string& table, const std::vector<ColumnSpec>& columns) {
    for (const ColumnSpec& column : columns) {
      Add(table, column.expression);
      Add(table, column.when);
      if (column.generator) Add(table, column.generator->params);
      Add(table, column.fields);
    }
  }

  void Add(const TableSpec& table) {
    Add(table.name, table.lets);
    Add(table.name, table.columns);
    for (const RuleSpec& rule : table.rules) {
      Add(table.name, rule.condition);
      if (rule.total != nullptr) {
        Add(rule.total->of, rule.total->sum);
        for (const auto& [own, other] : rule.total->match) {
          Add(table.name, own);
          Add(rule.total->of, other);
        }
      }
      if (rule.running == nullptr) continue;
      Add(table.name, rule.running->adds);
      Add(table.name, rule.running->from);
    }
    if (table.ledger != nullptr) {
      for (const LedgerStreamSpec& stream : table.ledger->streams) {
        Add(table.name, stream.per_day);
        Add(table.name, stream.amount.params);
        if (stream.returned) {
          Add(table.name, stream.returned->after.params);
          if (const auto& part = stream.returned->part) Add(table.name, part->params);
        }
        if (!stream.burst) continue;
        Add(table.name, stream.burst->length.params);
        if (stream.burst->tries) Add(table.name, stream.burst->tries->params);
      }
    }
    if (table.rows) Add(table.name, table.rows->count);
    if (table.events) Add(table.name, table.events->per_day);
    if (table.series != nullptr) Add(table.name, table.series->every);
    if (table.children) {
      Add(table.name, table.children->rows);
      Add(table.name, table.children->count.params);
    }
    if (table.population) {
      Add(table.name, table.population->size);
      if (!table.population->changes) return;
      for (const std::string& name : table.population->changes->tracks) {
        Name(table.name, true, name);
      }
    }
    // A history sees the names of its population as its own.
    if (!table.history) return;
    std::set<std::string> own;
    for (const auto& [where, name] : first_) {
      if (where == table.name) own.insert(name);
    }
    for (const std::string& name : own) first_.insert({table.history->of, name});
  }

  std::set<std::pair<std::string, std::string>> first_;
  std::set<std::string> any_, behind_;
};

/// Sum of the weights of a choice, if each is below one: then they are shares.
std::optional<double> SumOfShares(const SpecNode& weights) {
  double sum = 0;
  for (const auto& [value, weight] : weights.entries) {
    double share = 0;
    const std::string& text = weight.text;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), share);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return {};
    if (!(share < 1)) return {};
    sum += share;
  }
  if (weights.entries.size() < 2) return {};
  return sum;
}

class Warner {
 public:
  Warner(const DatasetSpec& spec, const SpecNode* root)
      : spec_(spec), root_(root), used_(spec, root) {}

  std::vector<Diagnostic> Run() {
    Parameters();
    if (root_ != nullptr) Groups();
    if (root_ != nullptr) Vocabularies();
    Seasons();
    for (const TableSpec& table : spec_.tables) Table(table);
    std::stable_sort(list_.begin(), list_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.place.line, a.place.column) <
             std::tie(b.place.line, b.place.column);
    });
    return std::move(list_);
  }

 private:
  void Warn(const Place& place, std::string path, std::string reason,
            std::optional<std::string> value, std::string hint) {
    if (place.file != spec_.file) return;  // Of a dataset that this one uses.
    list_.push_back(
        {place, std::move(path), std::move(reason), std::move(value), std::move(hint)});
  }

  void Parameters() {
    for (const ParameterSpec& one : spec_.parameters) {
      if (used_.Anywhere(one.name)) continue;
      Warn(one.place, "parameters", "nothing reads this parameter", one.name,
           "use it in a size or an expression, or take it out");
    }
  }

  /// Groups stand in the tree alone: tables have their columns.
  void Groups() {
    const SpecNode *groups = root_->Find("groups"), *tables = root_->Find("tables");
    if (groups == nullptr || tables == nullptr) return;
    std::set<std::string> included;
    for (const auto& [name, table] : tables->entries) {
      const SpecNode* include = table.Find("include");
      if (include == nullptr) continue;
      included.insert(include->text);
      for (const SpecNode& item : include->items) included.insert(item.text);
    }
    for (const auto& [name, group] : groups->entries) {
      if (included.contains(name.text)) continue;
      Warn(name.place, "groups", "no table includes this group", name.text,
           fmt::format("`include: [{}]` in a table", name.text));
    }
  }

  void Vocabularies() {
    const SpecNode* tables = root_->Find("vocabularies");
    if (tables == nullptr) return;
    for (const auto& [name, file] : tables->entries) {
      if (used_.Anywhere(name.text)) continue;
      Warn(name.place, "vocabularies", "nothing reads this table", name.text,
           fmt::format("`{{vocabulary: {{table: {}}}}}` draws a row of it", name.text));
    }
  }

  void Seasons() {
    const SpecNode* seasons = root_ == nullptr ? nullptr : root_->Find("seasons");
    if (seasons == nullptr || !seasons->is_mapping()) return;
    const bool has_events =
        std::any_of(spec_.tables.begin(), spec_.tables.end(), [](const TableSpec& table) {
          return table.events.has_value() || table.ledger != nullptr;
        });
    if (has_events) return;
    Warn(seasons->place, "seasons", "no table has events that could follow the seasons",
         std::nullopt, "`events: {per_day: 100}` makes a table of events");
  }

  void Table(const TableSpec& table) {
    for (const ColumnSpec& let : table.lets) {
      Choice(table.name + ".let." + let.name, let);
      if (used_.InTable(table.name, let.name)) continue;
      Warn(let.place, table.name + ".let", "nothing reads this value", let.name,
           "use it in a column, or take it out");
    }
    for (const ColumnSpec& column : table.columns) {
      Choice(table.name + "." + column.name, column);
    }
  }

  void Choice(const std::string& path, const ColumnSpec& column) {
    if (!column.generator || column.generator->name != "choice") return;
    const std::optional<double> sum = SumOfShares(column.generator->params);
    if (!sum || std::abs(*sum - 1) < 1e-9 || std::abs(*sum - 1) > 0.1) return;
    Warn(column.place, path, "the shares do not add up to 1", fmt::format("{:.6g}", *sum),
         "each is divided by their sum");
  }

  const DatasetSpec& spec_;
  const SpecNode* root_;
  const UsedNames used_;
  std::vector<Diagnostic> list_;
};

}  // namespace

std::vector<Diagnostic> DatasetWarnings(const DatasetSpec& spec, const SpecNode* root) {
  return Warner(spec, root).Run();
}

}  // namespace lakeseed
