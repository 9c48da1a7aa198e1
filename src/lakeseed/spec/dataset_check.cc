#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dataset_reader.h"
#include "lakeseed/spec/day_counts.h"
#include "lakeseed/spec/ledger_reader.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/match_reader.h"
#include "lakeseed/spec/series_spec.h"
#include "lakeseed/spec/span_check.h"

namespace lakeseed {

const TableSpec* DatasetSpec::FindTable(std::string_view table) const {
  for (const TableSpec& one : tables) {
    if (one.name == table) return &one;
  }
  return nullptr;
}

namespace {

class Check {
 public:
  Check(const DatasetSpec& spec, const SpecNode& root, ErrorList* errors)
      : spec_(spec), root_(root), errors_(errors) {
    for (const TableSpec& table : spec.tables) tables_.push_back(table.name);
    for (const ParameterSpec& one : spec.parameters) sizes_.push_back(one.name);
    sizes_.push_back("main");
  }

  void Run() {
    Dates();
    Main();
    Parameters();
    for (const TableSpec& table : spec_.tables) Table(table);
    Cycles();
  }

 private:
  Place PlaceOf(std::string_view key) const {
    const SpecNode* node = root_.Find(key);
    return node == nullptr ? root_.place : node->place;
  }
  // The window, if the file has a sound one.
  bool HasWindow() const {
    const SpecNode* window = root_.Find("window");
    return window != nullptr && window->Find("from") != nullptr &&
           ParseDate(window->Find("from")->text).ok();
  }

  void Dates() {
    const SpecNode* epoch = root_.Find("epoch");
    if (epoch == nullptr || !HasWindow() || !ParseDate(epoch->text).ok()) return;
    if (spec_.epoch > spec_.window.from) {
      errors_->Add(
          epoch->place, "epoch", "the epoch is after window.from",
          fmt::format("{} > {}", FormatDate(spec_.epoch), FormatDate(spec_.window.from)),
          "nothing exists before the epoch");
    }
  }

  bool TablesKnown() const {
    const SpecNode* tables = root_.Find("tables");
    return tables != nullptr && tables->is_mapping();
  }

  void Main() {
    if (spec_.main.empty()) {
      if (spec_.target_rows) {
        errors_->Add(PlaceOf("target_rows"), "target_rows",
                     "no table is `main`, so there is nothing to count",
                     std::to_string(*spec_.target_rows), "add `main: <table>`");
      }
    } else if (spec_.FindTable(spec_.main) == nullptr && TablesKnown()) {
      errors_->Add(PlaceOf("main"), "main", "unknown table", spec_.main,
                   TableHint(spec_.main));
    }
  }

  std::string TableHint(const std::string& name) const {
    std::string hint = DidYouMean(name, tables_);
    return hint.empty() ? fmt::format("tables: {}", fmt::join(tables_, ", ")) : hint;
  }

  // Names in a size: parameters and `main`.
  void Size(const ExprPtr& size, const std::string& path) {
    if (size == nullptr) return;
    if (IsDayCounts(*size)) {
      for (const ExprPtr& one : SizesOf(*size)) Size(one, path);
      return;
    }
    for (const Expr* one : PathsOf(*size)) {
      const std::string name = fmt::format("{}", fmt::join(one->path, "."));
      if (std::find(sizes_.begin(), sizes_.end(), name) == sizes_.end()) {
        std::string hint = DidYouMean(name, sizes_);
        if (hint.empty()) hint = fmt::format("sizes know {}", fmt::join(sizes_, ", "));
        errors_->Add(one->place, path, "unknown name in a size", name, hint);
      } else if (name == "main" && spec_.main.empty() && root_.Find("main") == nullptr) {
        errors_->Add(one->place, path, "no table is `main`", std::nullopt,
                     "add `main: <table>`");
      }
    }
    const bool negative = size->kind == Expr::Kind::kUnary && size->text == "-";
    if (negative || size->kind == Expr::Kind::kText || size->kind == Expr::Kind::kDate ||
        size->kind == Expr::Kind::kBoolean || size->kind == Expr::Kind::kNull) {
      errors_->Add(size->place, path, "not a number of rows", FormatExpression(*size));
    }
  }

  void Parameters() {
    std::map<std::string, const ParameterSpec*> parameters;
    for (const ParameterSpec& one : spec_.parameters) parameters[one.name] = &one;
    for (const ParameterSpec& one : spec_.parameters) {
      if (one.value == nullptr) continue;
      const std::string path = "parameters." + one.name;
      for (const Expr* name : PathsOf(*one.value)) {
        const std::string text = fmt::format("{}", fmt::join(name->path, "."));
        if (std::find(sizes_.begin(), sizes_.end(), text) == sizes_.end()) {
          std::string hint = DidYouMean(text, sizes_);
          if (hint.empty()) hint = fmt::format("sizes know {}", fmt::join(sizes_, ", "));
          errors_->Add(name->place, path, "unknown name in a parameter", text, hint);
        }
      }
      std::set<std::string> seen{one.name};
      if (ReachesItself(one, one.name, parameters, &seen)) {
        errors_->Add(one.place, path, "parameter depends on itself", one.name);
      }
    }
  }

  bool ReachesItself(const ParameterSpec& from, const std::string& goal,
                     const std::map<std::string, const ParameterSpec*>& parameters,
                     std::set<std::string>* seen) const {
    if (from.value == nullptr) return false;
    for (const Expr* one : PathsOf(*from.value)) {
      const auto next = parameters.find(one->path.front());
      if (next == parameters.end()) continue;
      if (next->first == goal) return true;
      if (seen->insert(next->first).second &&
          ReachesItself(*next->second, goal, parameters, seen)) {
        return true;
      }
    }
    return false;
  }

  void Table(const TableSpec& table) {
    if (table.rows) Size(table.rows->count, table.name + ".rows");
    if (table.population) {
      Size(table.population->size, table.name + ".population.size");
      Size(table.population->total, table.name + ".population.total");
    }
    if (table.events) {
      Size(table.events->per_day, table.name + ".events.per_day");
      Size(table.events->total, table.name + ".events.total");
      if (table.events->is_main && root_.Find("main") == nullptr) {
        errors_->Add(table.place, table.name + ".events.per_day", "no table is `main`",
                     std::nullopt, "add `main: " + table.name + "`");
      }
    }
    if (table.series != nullptr) Series(table);
    for (const RuleSpec& rule : table.rules) {
      if (rule.total == nullptr || spec_.FindTable(rule.total->of) != nullptr) continue;
      errors_->Add(rule.place, table.name + ".rules." + rule.name, "unknown table",
                   rule.total->of, TableHint(rule.total->of));
    }
    if (!table.children) return;
    Size(table.children->rows, table.name + ".per.rows");
    const std::string& parent = table.children->parent;
    if (parent.empty() || spec_.FindTable(parent) != nullptr) return;
    errors_->Add(ParentPlace(table), table.name + ".per.parent", "unknown table", parent,
                 TableHint(parent));
  }

  // Whether the rows, or those above them, come by days of their own.
  bool HasOwnDays(const TableSpec& table) const {
    const TableSpec* root = &table;
    for (size_t i = 0; root != nullptr && root->children && i < spec_.tables.size();
         ++i) {
      root = spec_.FindTable(root->children->parent);
    }
    return root == nullptr || root->has_own_days() || root->history;
  }

  void Series(const TableSpec& table) {
    const SeriesSpec& series = *table.series;
    Size(series.every, table.name + ".series.every");
    const std::string path = table.name + ".series.of";
    for (const std::string& name : series.of) {
      const TableSpec* member = spec_.FindTable(name);
      if (member == nullptr) {
        errors_->Add(series.place, path, "unknown table", name, TableHint(name));
      } else if (!member->rows && (series.of.size() > 1 || HasOwnDays(*member))) {
        errors_->Add(series.place, path, "goes over tables that are made once", name,
                     "give that table `rows:`; a population may stand alone");
      }
    }
  }

  Place ParentPlace(const TableSpec& table) const {
    const SpecNode* node = root_.Find("tables");
    for (const char* key : {table.name.c_str(), "per", "parent"}) {
      if (node != nullptr) node = node->Find(key);
    }
    return node == nullptr ? table.place : node->place;
  }

  // Follow the parents of each table; a circle is reported at its first table.
  void Cycles() {
    std::set<std::string> reported;
    for (const TableSpec& table : spec_.tables) {
      std::vector<std::string> way{table.name};
      const TableSpec* at = &table;
      while (at != nullptr && at->children && way.size() <= spec_.tables.size()) {
        way.push_back(at->children->parent);
        at = spec_.FindTable(at->children->parent);
        if (way.back() == table.name) break;
      }
      if (way.size() < 2 || way.back() != table.name || reported.contains(table.name)) {
        continue;
      }
      reported.insert(way.begin(), way.end());
      errors_->Add(ParentPlace(table), table.name + ".per.parent",
                   "tables are children of each other",
                   fmt::format("{}", fmt::join(way, " -> ")));
    }
  }

  const DatasetSpec& spec_;
  const SpecNode& root_;
  ErrorList* const errors_;
  Names tables_;
  Names sizes_;  // What a size may name.
};

}  // namespace

void CheckDataset(const DatasetSpec& spec, const SpecNode& root, ErrorList* errors) {
  Check(spec, root, errors).Run();
  CheckMatches(spec, errors);
  CheckLedgers(spec, errors);
  CheckSpans(spec, errors);
}

}  // namespace lakeseed
