#include "lakeseed/validate/relations.h"

#include <algorithm>
#include <span>

#include "lakeseed/spec/calendar_spec.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {
namespace {

constexpr int kDeepest = 32;

/// Generators that look at the as-of day although none of their parameters says it.
constexpr std::string_view kOfAsOfDay[] = {"ledger_moved", "progress", "stock"};

bool HasFact(std::string_view fact) {
  return fact == "$alive" || fact == "$as_of" || fact == "$valid_to" ||
         fact == "$current";
}

// Follows what a value depends on, across tables.
class TimeDependence {
 public:
  explicit TimeDependence(const DatasetSpec& dataset) : dataset_(dataset) {}

  bool Of(const TableSpec& table, std::string_view name, int depth) const {
    if (depth > kDeepest || IsTracked(table, name)) return true;
    const ColumnSpec* column = FindColumnSpec(table, name);
    const ColumnSpec* let = FindLetSpec(table, name);
    if (column == nullptr || (let != nullptr && depth > 0)) column = let;
    return column != nullptr && OfColumn(table, *column, depth);
  }

 private:
  bool OfColumn(const TableSpec& table, const ColumnSpec& column, int depth) const {
    // A column that comes or goes does so in every row that is there.
    if (!column.span.is_always() && !RootOf(dataset_, table).has_own_days()) return true;
    if (column.when != nullptr && OfExpression(table, *column.when, column.name, depth))
      return true;
    if (column.expression != nullptr)
      return OfExpression(table, *column.expression, column.name, depth);
    if (column.list != nullptr) return OfElements(table, column, depth);
    for (const ColumnSpec& field : column.fields) {
      if (OfColumn(table, field, depth)) return true;
    }
    if (!column.generator) return false;
    return std::find(std::begin(kOfAsOfDay), std::end(kOfAsOfDay),
                     column.generator->name) != std::end(kOfAsOfDay) ||
           OfParameters(table, column.generator->params, column.name, depth);
  }

  bool OfElements(const TableSpec& table, const ColumnSpec& column, int depth) const {
    const TableSpec* elements = dataset_.FindTable(table.name + "." + column.name);
    if (elements == nullptr || depth > kDeepest) return true;
    return OfColumn(*elements, elements->columns.front(), depth + 1);
  }

  bool OfExpression(const TableSpec& table, const Expr& expression, std::string_view own,
                    int depth) const {
    for (const Expr* path : PathsOf(expression)) {
      const bool is_own = path->path.size() == 1 && path->path[0] == own &&
                          FindLetSpec(table, own) == nullptr;
      if (!is_own && OfPath(table, path->path, depth + 1)) return true;
    }
    return false;
  }

  // Parameters may be expressions over the row; texts that are none name nothing.
  bool OfParameters(const TableSpec& table, const SpecNode& node, std::string_view own,
                    int depth) const {
    if (node.is_scalar()) {
      const auto parsed = ParseExpression(node.text, node.place);
      return parsed.ok() && OfExpression(table, **parsed, own, depth);
    }
    for (const SpecNode& item : node.items) {
      if (OfParameters(table, item, own, depth)) return true;
    }
    for (const auto& entry : node.entries) {
      if (OfParameters(table, entry.second, own, depth)) return true;
    }
    return false;
  }

  bool OfPath(const TableSpec& table, std::span<const std::string> path,
              int depth) const {
    const std::string& head = path[0];
    if (head.starts_with("$")) return HasFact(head);
    const ColumnSpec* column = FindColumnSpec(table, head);
    const std::string target =
        column == nullptr ? "" : TableReferredTo(dataset_, table, *column);
    const bool is_link = !target.empty();
    const bool is_own = column != nullptr || FindLetSpec(table, head) != nullptr;
    // A version sees its member as of the version's own first day.
    if (table.history && !is_own) return false;
    const bool is_single = path.size() == 1 && (is_own || !table.is_list());
    if (is_single || (is_own && !is_link)) return Of(table, head, depth);
    const TableSpec* next = dataset_.FindTable(head);
    // Elements see the names of the row that has them.
    if (table.is_list() && next == nullptr && head != "parent") {
      return OfPath(*dataset_.FindTable(table.children->parent), path, depth + 1);
    }
    bool is_family =
        next != nullptr && next->children && next->children->parent == table.name;
    if (table.children && (head == "parent" || head == table.children->parent)) {
      next = dataset_.FindTable(table.children->parent);
      is_family = true;
    } else if (is_link) {
      next = dataset_.FindTable(target);
    }
    // An event sees what it names as of its own day, whatever the run's day is.
    const bool has_own_day = RootOf(dataset_, table).has_own_days() || table.history;
    if (next == nullptr || (!is_family && has_own_day)) return false;
    if (next->history) return true;  // Another day, another version.
    return OfPath(*next, path.subspan(1), depth + 1);
  }

  const DatasetSpec& dataset_;
};

template <typename Change>
ExprPtr Rewrite(const ExprPtr& expression, Change change) {
  if (expression == nullptr) return nullptr;
  if (ExprPtr changed = change(expression)) return changed;
  std::vector<ExprPtr> args;
  bool same = true;
  for (const ExprPtr& arg : expression->args) {
    args.push_back(Rewrite(arg, change));
    same &= args.back() == arg;
  }
  if (same) return expression;
  auto copy = std::make_shared<Expr>(*expression);
  copy->args = std::move(args);
  return copy;
}

}  // namespace

const ColumnSpec* FindColumnSpec(const TableSpec& table, std::string_view name) {
  for (const ColumnSpec& column : table.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

const ColumnSpec* FindLetSpec(const TableSpec& table, std::string_view name) {
  for (const ColumnSpec& let : table.lets) {
    if (let.name == name) return &let;
  }
  return nullptr;
}

std::string KeyColumn(const TableSpec& table) {
  for (const ColumnSpec& column : table.columns) {
    if (column.generator && column.generator->name == "key") return column.name;
  }
  return "";
}

std::string ReferredColumn(const TableSpec& table) {
  if (table.calendar == nullptr) return KeyColumn(table);
  const std::string_view key = table.calendar->key();
  return FindColumnSpec(table, key) == nullptr ? "" : std::string(key);
}

bool IsPart(const TableSpec& table, std::string_view other) {
  if (table.series == nullptr) return false;
  const std::vector<std::string>& parts = table.series->of;
  return std::find(parts.begin(), parts.end(), other) != parts.end();
}

std::string TableReferredTo(const ColumnSpec& column) {
  if (!column.generator ||
      (column.generator->name != "foreign_key" && column.generator->name != "link" &&
       column.generator->name != "matched")) {
    return "";
  }
  const SpecNode& params = column.generator->params;
  if (params.is_scalar()) return params.text;
  const SpecNode* to = params.Find("to");
  return to != nullptr ? to->text : "";
}

std::string TableReferredTo(const DatasetSpec& dataset, const TableSpec& table,
                            const ColumnSpec& column) {
  if (column.generator) return TableReferredTo(column);
  const Expr* path = column.expression.get();
  if (path == nullptr || path->kind != Expr::Kind::kPath || path->path.size() != 2) {
    return "";
  }
  const TableSpec* named = dataset.FindTable(path->path[0]);
  if (named == nullptr || named == &table) return "";
  if (named->calendar != nullptr) {
    return path->path[1] == ReferredColumn(*named) ? named->name : "";
  }
  const bool is_base = table.history && table.history->of == named->name;
  if (!is_base && !named->history && !IsPart(table, named->name)) return "";
  const ColumnSpec* other = FindColumnSpec(*named, path->path[1]);
  if (other == nullptr || !other->generator) return "";
  if (other->generator->name == "key") return named->name;
  return is_base ? TableReferredTo(*other) : "";
}

bool IsDistinctInParent(const ColumnSpec& column) {
  if (!column.generator || !column.generator->params.is_mapping()) return false;
  const SpecNode* distinct = column.generator->params.Find("distinct_in_parent");
  return distinct != nullptr && distinct->text == "true";
}

std::string ParentLink(const DatasetSpec& dataset, const TableSpec& child) {
  if (!child.children) return "";
  const TableSpec* parent = dataset.FindTable(child.children->parent);
  if (parent == nullptr) return "";
  const std::string key = KeyColumn(*parent);
  for (const ColumnSpec& column : child.columns) {
    const Expr* path = column.expression.get();
    if (path == nullptr || path->kind != Expr::Kind::kPath || path->path.size() != 2)
      continue;
    const bool is_parent = path->path[0] == "parent" || path->path[0] == parent->name;
    if (is_parent && path->path[1] == key && column.null_fraction == 0 &&
        column.when == nullptr) {
      return column.name;
    }
  }
  return "";
}

std::vector<std::string> ReferencesTo(const DatasetSpec& dataset, const TableSpec& table,
                                      std::string_view target) {
  std::vector<std::string> names;
  for (const ColumnSpec& column : table.columns) {
    if (TableReferredTo(dataset, table, column) == target) names.push_back(column.name);
  }
  return names;
}

std::string MemberColumn(const DatasetSpec& dataset, const TableSpec& history) {
  const auto links = ReferencesTo(dataset, history, history.history->of);
  return links.size() == 1 ? links[0] : "";
}

bool IsTracked(const TableSpec& table, std::string_view name) {
  if (!table.population || !table.population->changes) return false;
  const auto& tracks = table.population->changes->tracks;
  return std::find(tracks.begin(), tracks.end(), name) != tracks.end();
}

bool ChangesInTime(const DatasetSpec& dataset, const TableSpec& table,
                   std::string_view column) {
  return TimeDependence(dataset).Of(table, column, 0);
}

bool NamesLiving(const DatasetSpec& dataset, const TableSpec& table,
                 std::string_view link) {
  const ColumnSpec* column = FindColumnSpec(table, link);
  if (column == nullptr || TableReferredTo(dataset, table, *column).empty()) {
    return link == ParentLink(dataset, table);
  }
  if (!RootOf(dataset, table).events) return false;
  if (!column->generator) return true;  // Versions never leave.
  const SpecNode& params = column->generator->params;
  const SpecNode* alive = params.is_mapping() ? params.Find("alive") : nullptr;
  return alive == nullptr || alive->text == "true";
}

std::string ColumnOfFact(const TableSpec& table, std::string_view fact) {
  for (const ColumnSpec& column : table.columns) {
    const Expr* expression = column.expression.get();
    const bool is_it = expression != nullptr && expression->kind == Expr::Kind::kPath &&
                       expression->path.size() == 1 &&
                       (expression->path[0] == fact ||
                        (fact == "$day" && expression->path[0] == "$event_day"));
    if (is_it && column.when == nullptr && column.null_fraction == 0) return column.name;
  }
  return "";
}

ExprPtr InlineLets(const ExprPtr& expression, const TableSpec& table) {
  ExprPtr result = expression;
  for (int depth = 0; depth < kDeepest; ++depth) {
    const ExprPtr before = result;
    result = Rewrite(result, [&](const ExprPtr& node) -> ExprPtr {
      if (node->kind != Expr::Kind::kPath || node->path.size() != 1) return nullptr;
      if (FindColumnSpec(table, node->path[0]) != nullptr) return nullptr;
      const ColumnSpec* let = FindLetSpec(table, node->path[0]);
      if (let == nullptr || let->expression == nullptr || let->null_fraction > 0 ||
          !let->type.empty()) {
        return nullptr;
      }
      return let->when == nullptr ? let->expression : Guarded(let->when, let->expression);
    });
    if (result == before) break;
  }
  return result;
}

ExprPtr InsideChild(const ExprPtr& expression, std::string_view child) {
  return Rewrite(expression, [&](const ExprPtr& node) -> ExprPtr {
    if (node->path.size() < 2 || node->path[0] != child) return nullptr;
    auto copy = std::make_shared<Expr>(*node);
    copy->path.erase(copy->path.begin());
    return copy;
  });
}

ExprPtr Substitute(const ExprPtr& expression, const std::string& name,
                   const ExprPtr& with) {
  return Rewrite(expression, [&](const ExprPtr& node) -> ExprPtr {
    const bool is_name = !node->path.empty() && FormatExpression(*node) == name;
    return is_name ? with : nullptr;
  });
}

ExprPtr Guarded(const ExprPtr& condition, const ExprPtr& expression) {
  auto guarded = std::make_shared<Expr>();
  guarded->kind = Expr::Kind::kCase;
  auto nothing = std::make_shared<Expr>();
  nothing->kind = Expr::Kind::kNull;
  nothing->place = guarded->place = expression->place;
  guarded->args = {condition, expression, nothing};
  return guarded;
}

bool Mentions(const Expr& expression, const std::string& name) {
  if (!expression.path.empty() && FormatExpression(expression) == name) return true;
  return std::any_of(
      expression.args.begin(), expression.args.end(),
      [&](const ExprPtr& arg) { return arg != nullptr && Mentions(*arg, name); });
}

bool IsMonotone(const Expr& expression, const std::string& name) {
  if (!Mentions(expression, name)) return true;
  std::vector<const Expr*> with;
  for (const ExprPtr& arg : expression.args) {
    if (arg != nullptr && Mentions(*arg, name)) with.push_back(arg.get());
  }
  switch (expression.kind) {
    case Expr::Kind::kPath:
      return true;
    case Expr::Kind::kUnary:
      return expression.text == "-" && IsMonotone(*with[0], name);
    case Expr::Kind::kBinary: {
      const std::string& op = expression.text;
      const bool sound = op == "+" || op == "-" || op == "*" ||
                         (op == "/" && with[0] == expression.args[0].get());
      return sound && with.size() == 1 && IsMonotone(*with[0], name);
    }
    case Expr::Kind::kCall:
      return expression.text == "round" && with.size() == 1 &&
             with[0] == expression.args[0].get() && IsMonotone(*with[0], name);
    case Expr::Kind::kCase:
      for (size_t i = 0; i + 1 < expression.args.size(); i += 2) {
        if (Mentions(*expression.args[i], name)) return false;
      }
      return std::all_of(with.begin(), with.end(),
                         [&](const Expr* branch) { return IsMonotone(*branch, name); });
    default:
      return false;
  }
}

bool IsFold(const Expr& call) {
  if (call.kind != Expr::Kind::kCall || call.args.size() != 1) return false;
  const std::string& name = call.text;
  return name == "sum" || name == "count" || name == "min" || name == "max" ||
         name == "avg";
}

std::string FoldedTable(const DatasetSpec& dataset, const Expr& call) {
  if (!IsFold(call)) return "";
  for (const Expr* path : PathsOf(*call.args[0])) {
    if (dataset.FindTable(path->path[0]) != nullptr) return path->path[0];
  }
  return "";
}

}  // namespace lakeseed
