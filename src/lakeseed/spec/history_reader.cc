#include "lakeseed/spec/history_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {
namespace {

constexpr char kHowToWrite[] =
    "write \"*\": customers, or \"*\": {of: customers, except: [email]}";

// Expands the "*" of one table.
class Expansion {
 public:
  Expansion(const DatasetSpec& spec, const TableSpec& table, ErrorList* errors)
      : spec_(spec), table_(table), errors_(errors) {}

  /// The base table, or null after a report.
  const TableSpec* Base() const {
    const HistorySpec& history = *table_.history;
    const std::string path = table_.name + ".history_of";
    if (history.of.empty()) return nullptr;  // Reported.
    const TableSpec* base = spec_.FindTable(history.of);
    Names populations;
    for (const TableSpec& one : spec_.tables) {
      if (one.population) populations.push_back(one.name);
    }
    if (base == nullptr) {
      errors_->Add(history.place, path, "unknown table", history.of,
                   DidYouMean(history.of, populations));
    } else if (!base->population) {
      errors_->Add(history.place, path, "only a population has a history", history.of,
                   populations.empty()
                       ? "give the table `population:` with `changes:`"
                       : fmt::format("populations: {}", fmt::join(populations, ", ")));
      return nullptr;
    }
    return base;
  }

  /// The columns that stand for `star`; `named` are the table's other names.
  std::vector<ColumnSpec> Columns(const ColumnSpec& star, const TableSpec& base,
                                  const std::set<std::string>& named) const {
    std::set<std::string> left_out = named;
    if (!ReadStar(star, base, &left_out)) return {};
    std::vector<ColumnSpec> columns;
    for (const ColumnSpec& one : base.columns) {
      if (left_out.contains(one.name)) continue;
      auto path = std::make_shared<Expr>();
      path->kind = Expr::Kind::kPath;
      path->path = {base.name, one.name};
      path->place = star.place;
      columns.push_back({.name = one.name,
                         .doc = one.doc,
                         .expression = std::move(path),
                         .span = one.span,
                         .place = star.place});
    }
    return columns;
  }

 private:
  bool ReadStar(const ColumnSpec& star, const TableSpec& base,
                std::set<std::string>* left_out) const {
    const Field field{star.generator->params, table_.name + ".columns.*", errors_};
    if (field.node.broken) return false;
    if (field.node.is_scalar()) return IsBase(field, base);
    if (!field.node.is_mapping()) {
      field.Error("must be a table", kHowToWrite);
      return false;
    }
    CheckKeys(field, {"of", "except"});
    const auto of = Child(field, "of");
    if (!of) {
      errors_->Add(field.node.place, field.path, "missing key", "of", kHowToWrite);
      return false;
    }
    Names known;
    for (const ColumnSpec& one : base.columns) known.push_back(one.name);
    if (const auto except = Child(field, "except")) {
      for (const SpecNode& name : ReadNames(*except)) {
        left_out->insert(name.text);
        if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
        errors_->Add(name.place, except->path, "unknown column", name.text,
                     DidYouMean(name.text, known));
      }
    }
    return IsBase(*of, base);
  }

  bool IsBase(const Field& field, const TableSpec& base) const {
    if (field.node.text == base.name) return true;
    errors_->Add(field.node.place, field.path, "takes the columns of its own table only",
                 field.node.text, fmt::format("write {}", base.name));
    return false;
  }

  const DatasetSpec& spec_;
  const TableSpec& table_;
  ErrorList* const errors_;
};

void Expand(const DatasetSpec& spec, TableSpec* table, ErrorList* errors) {
  const Expansion expansion(spec, *table, errors);
  const bool is_fact = table->children && table->children->is_fact;
  const TableSpec* base = table->history ? expansion.Base()
                          : is_fact      ? spec.FindTable(table->children->parent)
                                         : nullptr;
  std::set<std::string> named;
  for (const auto* list : {&table->lets, &table->columns}) {
    for (const ColumnSpec& one : *list) named.insert(one.name);
  }
  std::vector<ColumnSpec> columns;
  for (ColumnSpec& one : table->columns) {
    if (one.name != kAllColumns) {
      columns.push_back(std::move(one));
    } else if (!table->history && !is_fact) {
      errors->Add(one.place, table->name + ".columns.*",
                  "only a table with `history_of` or `rows_of` takes all columns of "
                  "another",
                  std::nullopt, "name the columns, or share them by `include:`");
    } else if (base != nullptr) {
      for (ColumnSpec& made : expansion.Columns(one, *base, named)) {
        columns.push_back(std::move(made));
      }
    }
  }
  table->columns = std::move(columns);
}

}  // namespace

void ExpandHistories(DatasetSpec* spec, ErrorList* errors) {
  for (TableSpec& table : spec->tables) {
    const bool has_star =
        std::any_of(table.columns.begin(), table.columns.end(),
                    [](const ColumnSpec& one) { return one.name == kAllColumns; });
    if (table.history || has_star) Expand(*spec, &table, errors);
  }
}

}  // namespace lakeseed
