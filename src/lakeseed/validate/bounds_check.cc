// bounds: a column with one operand that no file holds, a drawn let. The value must
// be one that some value of the let gives: one of few, or between its ends.

#include <arrow/api.h>
#include <fmt/format.h>

#include <optional>
#include <set>

#include "lakeseed/spec/params.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

constexpr size_t kMostCandidates = 16;

// What a hidden operand may be.
struct Hidden {
  std::string name;             ///< As it prints: "discount_rate", "flow.status".
  std::vector<ExprPtr> values;  ///< All of them, or the two ends.
  bool is_range = false;
  double null_fraction = 0;
};

// A scalar of the file as a literal of the language.
ExprPtr LiteralOf(const SpecNode& node) {
  auto parsed = ParseExpression(node.text, node.place);
  const bool plain = parsed.ok() && !node.quoted && (*parsed)->path.empty() &&
                     (*parsed)->kind != Expr::Kind::kBinary;
  if (plain) return *parsed;
  auto text = std::make_shared<Expr>();
  text->kind = Expr::Kind::kText;
  text->text = node.text;
  text->place = node.place;
  return text;
}

std::optional<Hidden> StagesOf(const ColumnSpec& let, const Expr& path) {
  if (path.kind != Expr::Kind::kPath || path.path.size() != 2 ||
      path.path[1] != "status") {
    return std::nullopt;
  }
  Hidden hidden{.name = FormatExpression(path)};
  const auto add = [&](const SpecNode& name) {
    SpecNode quoted = name;
    quoted.quoted = true;
    hidden.values.push_back(LiteralOf(quoted));
  };
  for (const auto& [name, value] : let.generator->params.entries) {
    if (name.text == "cap" || name.text == "start") continue;
    if (name.text != "or") {
      add(name);
      continue;
    }
    for (const auto& branch : value.entries) add(branch.first);
  }
  return hidden;
}

std::optional<Hidden> ValuesOf(const ColumnSpec& let, const Expr& path) {
  if (!let.generator || let.when != nullptr || let.drift != nullptr) return std::nullopt;
  const std::string& generator = let.generator->name;
  if (generator == "progress") return StagesOf(let, path);
  if (path.path.size() != 1) return std::nullopt;
  Hidden hidden{.name = FormatExpression(path), .null_fraction = let.null_fraction};
  Params params(*let.generator, let.name);
  if (generator == "uniform") {
    const SpecNode* low = params.is_mapping() ? params.Find("min") : nullptr;
    const SpecNode* high = params.is_mapping() ? params.Find("max") : nullptr;
    if (!params.is_mapping() && params.value().items.size() == 2) {
      low = &params.value().items[0];
      high = &params.value().items[1];
    }
    if (low == nullptr || high == nullptr) return std::nullopt;
    hidden.values = {LiteralOf(*low), LiteralOf(*high)};
    hidden.is_range = true;
    return hidden;
  }
  if (generator == "choice" && !(params.is_mapping() && params.Has("by"))) {
    const auto weights = params.GetWeights("");
    if (!weights.ok() || weights->size() > kMostCandidates) return std::nullopt;
    for (const auto& one : *weights) hidden.values.push_back(LiteralOf(one.first));
    return hidden;
  }
  return std::nullopt;
}

// The one let of the expression that no file holds; more than one: nothing.
std::optional<Hidden> HiddenOperand(const ExprPtr& expression, const TableSpec& table) {
  std::optional<Hidden> hidden;
  for (const Expr* path : PathsOf(*expression)) {
    if (FindColumnSpec(table, path->path[0]) != nullptr) continue;
    const ColumnSpec* let = FindLetSpec(table, path->path[0]);
    if (let == nullptr) continue;
    if (hidden && hidden->name == FormatExpression(*path)) continue;
    if (hidden) return std::nullopt;
    hidden = ValuesOf(*let, *path);
    if (!hidden) return std::nullopt;
  }
  return hidden;
}

class BoundsCheck final : public TableCheck {
 public:
  BoundsCheck(Check check, int64_t max_examples, std::string column, int slot,
              std::vector<std::shared_ptr<const BoundExpression>> candidates,
              bool is_range, bool nulls_pass)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        candidates_(std::move(candidates)),
        is_range_(is_range),
        nulls_pass_(nulls_pass) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& found = *block.slots[static_cast<size_t>(slot_)];
    auto* pool = arrow::default_memory_pool();
    std::vector<std::shared_ptr<arrow::Array>> made;
    for (const auto& candidate : candidates_) {
      auto values = candidate->Evaluate(block.slots, block.length, pool);
      if (values.ok()) values = CastExactly(*values, found.type(), pool);
      if (!values.ok()) {
        Found(block, 0, column_, "a value", values.status().message());
        return arrow::Status::OK();
      }
      made.push_back(*std::move(values));
    }
    is_range_ ? Between(block, found, made) : OneOf(block, found, made);
    return arrow::Status::OK();
  }

 private:
  using Arrays = std::vector<std::shared_ptr<arrow::Array>>;

  void OneOf(const RowBlock& block, const arrow::Array& found, const Arrays& made) {
    std::vector<size_t> misses(static_cast<size_t>(block.length), 0);
    for (const auto& values : made) {
      ForEachDifference(*values, found, nulls_pass_,
                        [&](int64_t i) { ++misses[static_cast<size_t>(i)]; });
    }
    for (int64_t i = 0; i < block.length; ++i) {
      if (misses[static_cast<size_t>(i)] < made.size() || block.IsUnknown(i)) continue;
      std::set<std::string> texts;
      for (const auto& values : made) texts.insert(CellText(*values, i));
      std::string expected;
      for (const std::string& text : texts) {
        expected += (expected.empty() ? "" : " or ") + text;
      }
      Found(block, i, column_, std::move(expected), CellText(found, i));
    }
  }

  void Between(const RowBlock& block, const arrow::Array& found, const Arrays& made) {
    std::vector<int64_t> a, b, value;
    ReadIntegers(*made[0], &a);
    ReadIntegers(*made[1], &b);
    ReadIntegers(found, &value);
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      const bool null = made[0]->IsNull(i);
      if (found.IsNull(i) && (nulls_pass_ || null)) continue;
      const bool sound = !found.IsNull(i) && !null &&
                         value[at] >= std::min(a[at], b[at]) &&
                         value[at] <= std::max(a[at], b[at]);
      if (sound || block.IsUnknown(i)) continue;
      Found(block, i, column_,
            fmt::format("{} to {}", CellText(*made[0], i), CellText(*made[1], i)),
            CellText(found, i));
    }
  }

  const std::string column_;
  const int slot_;
  const std::vector<std::shared_ptr<const BoundExpression>> candidates_;
  const bool is_range_, nulls_pass_;
};

// Branches of case that are a let or a fact as it stands: no file can contradict
// them, so the column's own value takes their place and the other branches count.
ExprPtr OpenBranches(const ExprPtr& expression, const TableSpec& table,
                     const std::string& column) {
  if (expression->kind != Expr::Kind::kCase) return expression;
  auto copy = std::make_shared<Expr>(*expression);
  for (size_t i = 1; i <= copy->args.size(); i += 2) {
    ExprPtr& branch = copy->args[std::min(i, copy->args.size() - 1)];
    if (branch == nullptr) continue;
    const bool is_name =
        !branch->path.empty() && FindColumnSpec(table, branch->path[0]) == nullptr;
    if (is_name && FindLetSpec(table, branch->path[0]) != nullptr) {
      auto own = std::make_shared<Expr>();
      own->kind = Expr::Kind::kPath;
      own->path = {column};
      own->place = branch->place;
      branch = std::move(own);
    }
  }
  return copy;
}

std::optional<Hidden> OpenOperand(const ExprPtr& expression, const TableSpec& table,
                                  const std::string& column, ExprPtr* opened) {
  if (expression->kind != Expr::Kind::kCase) return std::nullopt;
  *opened = OpenBranches(expression, table, column);
  // One candidate: the opened expression as it is.
  Hidden hidden{.name = ""};
  hidden.values = {*opened};
  return hidden;
}

void MakeOne(CheckBuilder& builder, const ColumnSpec& column) {
  ExprPtr expression = InlineLets(column.expression, builder.table());
  if (column.when != nullptr) expression = Guarded(column.when, expression);
  // What can be computed outright is another check's.
  if (builder.scope().Bind(expression, column.name).ok()) return;
  std::optional<Hidden> hidden = HiddenOperand(expression, builder.table());
  if (!hidden)
    hidden = OpenOperand(expression, builder.table(), column.name, &expression);
  if (!hidden || (hidden->is_range && !IsMonotone(*expression, hidden->name))) return;
  const auto own = builder.scope().Column(column.name);
  if (!own.ok()) return;
  if (hidden->is_range && !HoldsIntegers(*own->type)) return;
  std::vector<std::shared_ptr<const BoundExpression>> candidates;
  for (const ExprPtr& value : hidden->values) {
    auto bound =
        builder.scope().Bind(Substitute(expression, hidden->name, value), column.name);
    // The expression check has said why.
    if (!bound.ok()) return;
    const auto none = arrow::MakeEmptyArray((*bound)->type());
    if (!none.ok() || !CastExactly(*none, own->type, arrow::default_memory_pool()).ok())
      return;
    candidates.push_back(*std::move(bound));
  }
  if (candidates.empty()) return;
  const bool nulls_pass = hidden->null_fraction > 0 || column.null_fraction > 0 ||
                          builder.IsNullSomeDays(column);
  builder.Add(column, std::make_unique<BoundsCheck>(builder.Start("bounds", column.name),
                                                    builder.max_examples(), column.name,
                                                    own->index, std::move(candidates),
                                                    hidden->is_range, nulls_pass));
}

}  // namespace

void MakeBoundsChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    if (column.expression != nullptr) MakeOne(builder, column);
  }
}

}  // namespace lakeseed
