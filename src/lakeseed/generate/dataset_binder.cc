#include "lakeseed/generate/dataset_binder.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "lakeseed/base/decimal.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/stream_names.h"
#include "lakeseed/generate/lookup_caches.h"
#include "lakeseed/generate/main_rows.h"
#include "lakeseed/generate/row_spaces.h"
#include "lakeseed/generate/split.h"
#include "lakeseed/generate/version_caches.h"
#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/match_spec.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {

DatasetBinder::DatasetBinder(DatasetSpec spec, const BoundDataset::Options& options)
    : options_(options), dataset_(new BoundDataset) {
  dataset_->spec_ = std::move(spec);
  root_ = {options.seed, dataset_->spec_.law_version, dataset_->spec_.domain};
  dataset_->identity_ = IdentityOf(dataset_->spec_, options.seed);
  dataset_->last_day_ =
      std::max(options.last_day, dataset_->spec_.window.to) - dataset_->spec_.epoch;
}

arrow::Status DatasetBinder::DependencyFailed() {
  return arrow::Status::Cancelled("a name that it reads is broken");
}

void DatasetBinder::Report(const arrow::Status& status) {
  if (status.ok() || status.IsCancelled()) return;
  for (Diagnostic& one : DiagnosticsOf(status)) {
    const std::string text = one.ToString();
    const bool is_said =
        std::any_of(diagnostics_.begin(), diagnostics_.end(),
                    [&](const Diagnostic& other) { return other.ToString() == text; });
    if (!is_said) diagnostics_.push_back(std::move(one));
  }
}

Key DatasetBinder::ColumnKey(const std::string& table, const std::string& column,
                             std::string_view purpose) const {
  return ColumnStream(RootOf(*spec().FindTable(table)), table, column, purpose);
}

StreamRoot DatasetBinder::RootOf(const TableSpec& table) const {
  StreamRoot root = root_;
  if (!table.domain.empty()) root.domain = table.domain;
  return root;
}

arrow::Result<std::string> DatasetBinder::Constant(const Expr& expression) const {
  auto value = EvaluateConstant(expression, constants_);
  if (value.ok() || spec().main.empty() || spec().target_rows) return value;
  for (const Diagnostic& one : DiagnosticsOf(value.status())) {
    if (one.value == "main") return NoTarget();
  }
  return value;
}

arrow::Status DatasetBinder::NoTarget() const {
  std::vector<std::string> ids;
  for (const std::string& one : spec().variants) ids.push_back(spec().name + "_" + one);
  std::string hint = "--target-rows N or `target_rows` in its file say it";
  if (spec().variant.empty() && !ids.empty()) {
    hint += fmt::format("; its variants have their own: {}", fmt::join(ids, ", "));
  }
  return RequestError(fmt::format("dataset does not say how many rows of {} it has: {}",
                                  spec().main, spec().id()),
                      hint);
}

arrow::Result<std::string> DatasetBinder::Constant(const SpecNode& node) const {
  ARROW_ASSIGN_OR_RAISE(ExprPtr expression, ParseExpression(node.text, node.place));
  return Constant(*expression);
}

void DatasetBinder::BindParameters() {
  if (spec().target_rows) {
    constants_.emplace_back("main", std::to_string(*spec().target_rows));
  }
  for (const ParameterSpec& parameter : spec().parameters) {
    arrow::Result<std::string> value = Constant(*parameter.value);
    if (!value.ok()) {
      Report(value.status());
      continue;
    }
    constants_.emplace_back(parameter.name, *value);
    const std::optional<double> number = ParseDoubleLiteral(*value);
    if (!number || parameter.range.holds(*number)) continue;
    Report(
        SpecErrors({{parameter.value->place, "parameters." + parameter.name,
                     "must be " + parameter.range.ToString(), *value, parameter.doc}}));
  }
}

arrow::Result<int64_t> DatasetBinder::Size(const Expr& expression) const {
  ARROW_ASSIGN_OR_RAISE(const std::string text, Constant(expression));
  ARROW_ASSIGN_OR_RAISE(const Decimal value, ParseDecimal(text));
  constexpr int64_t kMost = 10'000'000'000'000;
  ARROW_ASSIGN_OR_RAISE(const int64_t rows, Rescale(value.unscaled, value.scale, 0));
  if (rows < 0 || rows > kMost) {
    return SpecErrors({{expression.place, "", "a size is between 0 and 1e13", text, ""}});
  }
  return rows;
}

bool DatasetBinder::PartsOf(const BoundTable& table,
                            std::vector<const RowSpace*>* parts) const {
  parts->clear();
  std::vector<std::string> names;
  if (table.spec->series != nullptr) names = table.spec->series->of;
  if (table.spec->ledger != nullptr) names = {table.spec->ledger->of};
  for (const std::string& name : names) {
    parts->push_back(dataset_->table(dataset_->FindTable(name)).rows.get());
    if (parts->back() == nullptr) return false;
  }
  return true;
}

bool DatasetBinder::OtherOf(const BoundTable& table, RowSpaceContext* context) {
  context->other = nullptr;
  context->where.reset();
  if (table.spec->match == nullptr) return true;
  const MatchSpec& match = *table.spec->match;
  const BoundTable& other = dataset_->table(dataset_->FindTable(match.with));
  context->other = other.rows.get();
  if (context->other == nullptr) return false;
  for (const auto* list : {&other.spec->lets, &other.spec->columns}) {
    for (const ColumnSpec& column : *list) {
      if (column.name != match.where) continue;
      Params params(*column.generator, other.name + "." + column.name);
      const auto split = ReadSplit(params, ColumnKey(other.name, column.name, "value"));
      if (!split.ok()) return false;  // Reported where the column is bound.
      context->where = *split;
    }
  }
  return true;
}

void DatasetBinder::MakeRowSpaces() {
  std::vector<bool> made(dataset_->tables_.size());
  RowSpaceContext context;
  context.epoch = spec().epoch;
  context.window = spec().window;
  context.last_day = dataset_->last_day_ + spec().epoch;
  context.scale_factor = spec().scale_factor;
  context.target_rows = spec().target_rows;
  context.size = [this](const ExprPtr& expression) { return Size(*expression); };
  context.constant = [this](const SpecNode& number) { return Constant(number); };
  std::map<std::string, int64_t> main_rows;
  if (spec().target_rows) {
    const int64_t target = ScaledSize(*spec().target_rows, spec().scale_factor);
    auto rows = MainRows(spec(), target, context.constant);
    if (!rows.ok()) return Report(rows.status());
    main_rows = *std::move(rows);
  }
  // Parents and populations first; the spec has no cycle of parents.
  for (bool progress = true; progress;) {
    progress = false;
    for (auto& table : dataset_->tables_) {
      const auto t = static_cast<size_t>(table->index);
      const int source = std::max(table->parent, table->base);
      if (made[t] || (source >= 0 && !made[static_cast<size_t>(source)])) continue;
      if (!PartsOf(*table, &context.parts)) continue;
      if (!OtherOf(*table, &context)) continue;
      made[t] = progress = true;
      context.parent = source < 0 ? nullptr : dataset_->table(source).rows.get();
      if (source >= 0 && context.parent == nullptr) continue;
      context.root = RootOf(*table->spec);
      context.exact_rows.reset();
      if (const auto rows = main_rows.find(table->name); rows != main_rows.end()) {
        context.exact_rows = rows->second;
      }
      arrow::Result<std::unique_ptr<RowSpace>> rows = MakeRowSpace(*table->spec, context);
      if (rows.ok()) {
        table->rows = std::move(*rows);
      } else {
        Report(rows.status());
      }
    }
  }
}

arrow::Result<std::shared_ptr<const BoundDataset>> DatasetBinder::Bind() {
  for (const TableSpec& spec : dataset_->spec_.tables) {
    auto table = std::make_unique<BoundTable>();
    table->name = spec.name;
    table->spec = &spec;
    table->index = static_cast<int>(dataset_->tables_.size());
    dataset_->tables_.push_back(std::move(table));
  }
  for (auto& table : dataset_->tables_) {
    if (table->spec->history) {
      table->base = dataset_->FindTable(table->spec->history->of);
    }
    if (!table->spec->children) continue;
    table->parent = dataset_->FindTable(table->spec->children->parent);
    dataset_->tables_[static_cast<size_t>(table->parent)]->children.push_back(
        table->index);
  }
  for (auto& table : dataset_->tables_) {
    int root = table->index;
    while (dataset_->table(root).parent >= 0) root = dataset_->table(root).parent;
    table->root = root;
  }
  BindParameters();
  if (diagnostics_.empty()) MakeRowSpaces();
  if (!diagnostics_.empty()) return SpecErrors(std::move(diagnostics_));

  dataset_->caches_ = std::make_unique<LookupCaches>(*dataset_);
  dataset_->versions_ = std::make_unique<VersionCaches>(*dataset_);
  dataset_->cache_bytes_ = options_.cache_bytes;
  dataset_->LimitCaches(options_.cache_bytes);
  for (auto& table : dataset_->tables_) {
    binders_.push_back(std::make_unique<TableBinder>(this, table.get()));
  }
  for (auto& binder : binders_) binder->BindColumns();
  for (auto& binder : binders_) binder->CheckRules();
  if (!diagnostics_.empty()) return SpecErrors(std::move(diagnostics_));
  return std::shared_ptr<const BoundDataset>(dataset_);
}

}  // namespace lakeseed
