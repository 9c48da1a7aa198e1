#include "lakeseed/spec/dictionary_drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

constexpr double kMonthsOfYear = 12, kMostShare = 1;
constexpr char kParameter[] = "data_drift";
constexpr std::string_view kNumbers[] = {"exponential", "lognormal", "normal", "poisson"};

class DriftTranslation {
 public:
  DriftTranslation(const Field& days, SpecNode* tree)
      : tables_(FindMutable(tree, "tables")),
        parameters_(FindMutable(tree, "parameters")),
        enabled_(Child(days, "enable_data_drift")),
        share_(Child(days, "drift_percentage")),
        is_on_(!enabled_ || ReadBool(*enabled_).value_or(true)) {}

  void Run(const Field& root) {
    if (share_ && !is_on_) {
      share_->Error("has no effect: enable_data_drift is False");
      return;
    }
    if (!enabled_ && !share_) return;
    if (share_ && !(rate_ = ReadDouble(*share_, 0, kMostShare))) return;
    bool any = Members();
    any |= Laws();
    any |= rate_ && OwnNumbers(root);
    if (any || !is_on_) return;
    (share_ ? *share_ : *enabled_)
        .Error("no table here has members that change or laws that drift",
               "give a population `changes:`, or a column `drift:`, in a dataset file");
  }

 private:
  /// Every population whose members change, or none of them.
  bool Members() {
    bool any = false;
    for (auto& [name, table] : tables_->entries) {
      SpecNode* population = FindMutable(&table, "population");
      SpecNode* changes =
          population == nullptr ? nullptr : FindMutable(population, "changes");
      if (changes == nullptr) continue;
      any = true;
      if (!is_on_) {
        RemoveEntry(population, "changes");
      } else if (rate_) {
        SetEntry(changes, "rate",
                 MakeScalar(fmt::format("{} per year", *rate_ * kMonthsOfYear),
                            share_->node.place));
      }
    }
    return any;
  }

  /// The built-in's laws drift as far as a parameter says.
  bool Laws() {
    SpecNode* parameter =
        parameters_ == nullptr ? nullptr : FindMutable(parameters_, kParameter);
    if (parameter == nullptr) return false;
    if (is_on_ && !rate_) return true;
    SpecNode value = is_on_ ? share_->node : MakeScalar("0", enabled_->node.place);
    if (parameter->is_mapping()) {
      SetEntry(parameter, "default", std::move(value));
    } else {
      *parameter = std::move(value);
    }
    return true;
  }

  bool OwnNumbers(const Field& root) {
    const auto configs = Child(root, "table_configs");
    if (!configs || !configs->node.is_mapping()) return false;
    bool any = false;
    for (const auto& [name, config] : configs->node.entries) {
      SpecNode* table = FindMutable(tables_, name.text);
      if (config.Find("columns") == nullptr || table == nullptr) continue;
      if (table->Find("rows") != nullptr || table->Find("per") != nullptr) continue;
      for (const char* list : {"let", "columns"}) {
        SpecNode* columns = FindMutable(table, list);
        if (columns == nullptr || !columns->is_mapping()) continue;
        for (auto& [column, node] : columns->entries) {
          any |= !IsTracked(table, column.text) && Grow(&node);
        }
      }
    }
    return any;
  }

  static bool IsTracked(SpecNode* table, const std::string& column) {
    SpecNode* population = FindMutable(table, "population");
    SpecNode* changes =
        population == nullptr ? nullptr : FindMutable(population, "changes");
    const SpecNode* tracks = changes == nullptr ? nullptr : changes->Find("tracks");
    if (tracks == nullptr) return false;
    if (tracks->is_scalar()) return tracks->text == column;
    return std::any_of(tracks->items.begin(), tracks->items.end(),
                       [&](const SpecNode& one) { return one.text == column; });
  }

  bool Grow(SpecNode* column) const {
    if (!column->is_mapping() || column->Find("drift") != nullptr) return false;
    const bool is_number =
        std::any_of(std::begin(kNumbers), std::end(kNumbers),
                    [&](std::string_view law) { return column->Find(law) != nullptr; });
    if (!is_number) return false;
    SetEntry(column, "drift",
             MakeScalar(share_->node.text + " per year", share_->node.place));
    return true;
  }

  SpecNode* const tables_;
  SpecNode* const parameters_;
  const std::optional<Field> enabled_, share_;
  const bool is_on_;
  std::optional<double> rate_;
};

}  // namespace

void ApplyDictionaryDrift(const Field& root, SpecNode* tree) {
  const auto days = Child(root, "incremental_config");
  if (!days || !days->node.is_mapping() || FindMutable(tree, "tables") == nullptr) return;
  DriftTranslation(*days, tree).Run(root);
}

}  // namespace lakeseed
