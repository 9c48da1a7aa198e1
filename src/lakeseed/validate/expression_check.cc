// expression: a column that is an expression over columns of files is computed
// anew and compared exactly.

#include <arrow/api.h>

#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/running_check.h"
#include "lakeseed/validate/table_check.h"
#include "lakeseed/validate/total_check.h"

namespace lakeseed {
namespace {

class ExpressionCheck final : public TableCheck {
 public:
  ExpressionCheck(Check check, int64_t max_examples, std::string column, int slot,
                  std::shared_ptr<const BoundExpression> expression,
                  std::shared_ptr<arrow::DataType> type, bool nulls_pass)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        expression_(std::move(expression)),
        type_(std::move(type)),
        nulls_pass_(nulls_pass) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& found = block.slots[static_cast<size_t>(slot_)];
    auto expected = Expected(block, *found);
    if (!expected.ok()) {
      Found(block, 0, column_, "a value", expected.status().message());
      return arrow::Status::OK();
    }
    if ((*expected)->Equals(*found)) return arrow::Status::OK();
    ForEachDifference(**expected, *found, nulls_pass_, [&](int64_t i) {
      if (block.IsUnknown(i)) return;
      Found(block, i, column_, HasRoom() ? CellText(**expected, i) : "",
            HasRoom() ? CellText(*found, i) : "");
    });
    return arrow::Status::OK();
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Array>> Expected(const RowBlock& block,
                                                        const arrow::Array& found) const {
    auto* pool = arrow::default_memory_pool();
    ARROW_ASSIGN_OR_RAISE(auto made,
                          expression_->Evaluate(block.slots, block.length, pool));
    if (type_ != nullptr) {
      ARROW_ASSIGN_OR_RAISE(made, CastExactly(made, type_, pool));
    }
    return CastExactly(made, found.type(), pool);
  }

  const std::string column_;
  const int slot_;
  const std::shared_ptr<const BoundExpression> expression_;
  const std::shared_ptr<arrow::DataType> type_;  ///< Stated; or null.
  const bool nulls_pass_;
};

arrow::Status MakeOne(CheckBuilder& builder, const ColumnSpec& column) {
  ExprPtr expression = column.expression;
  if (column.when != nullptr) expression = Guarded(column.when, expression);
  ARROW_ASSIGN_OR_RAISE(const auto own, builder.scope().Column(column.name));
  ARROW_ASSIGN_OR_RAISE(auto bound, builder.scope().Bind(expression, column.name));
  std::shared_ptr<arrow::DataType> stated;
  if (!column.type.empty()) {
    ARROW_ASSIGN_OR_RAISE(stated, ParseTypeName(column.type, column.place));
    stated = PlainType(stated);
  }
  if (bound->type()->id() != arrow::Type::NA) {
    // A type that cannot become the column's: `schema` tells what is wrong.
    ARROW_ASSIGN_OR_RAISE(const auto none, arrow::MakeEmptyArray(bound->type()));
    const auto cast = CastExactly(none, own.type, arrow::default_memory_pool());
    if (!cast.ok()) return arrow::Status::NotImplemented(cast.status().message());
  }
  const bool nulls_pass = column.null_fraction > 0 || builder.IsNullSomeDays(column);
  builder.Add(column, std::make_unique<ExpressionCheck>(
                          builder.Start("expression", column.name),
                          builder.max_examples(), column.name, own.index,
                          std::move(bound), std::move(stated), nulls_pass));
  return arrow::Status::OK();
}

class RuleCheck final : public TableCheck {
 public:
  RuleCheck(Check check, int64_t max_examples, std::string text,
            std::shared_ptr<const BoundExpression> condition)
      : TableCheck(std::move(check), max_examples),
        text_(std::move(text)),
        condition_(std::move(condition)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto made =
        condition_->Evaluate(block.slots, block.length, arrow::default_memory_pool());
    if (!made.ok() || (*made)->type_id() != arrow::Type::BOOL) {
      Found(block, 0, "", text_, made.ok() ? "not a boolean" : made.status().message());
      return arrow::Status::OK();
    }
    const auto& truth = static_cast<const arrow::BooleanArray&>(**made);
    if (truth.true_count() == block.length) return arrow::Status::OK();
    for (int64_t i = 0; i < block.length; ++i) {
      if (truth.IsNull(i) || truth.Value(i) || block.IsUnknown(i)) continue;
      Found(block, i, "", text_, "false");
    }
    return arrow::Status::OK();
  }

 private:
  const std::string text_;
  const std::shared_ptr<const BoundExpression> condition_;
};

}  // namespace

void MakeExpressionChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    if (column.expression == nullptr) continue;
    const arrow::Status status = MakeOne(builder, column);
    if (!status.ok()) builder.Skip("expression", column.name, status);
  }
}

void MakeRuleChecks(CheckBuilder& builder) {
  for (const RuleSpec& rule : builder.table().rules) {
    if (rule.running != nullptr || rule.total != nullptr) {
      auto check = rule.running != nullptr ? MakeRunningCheck(builder, rule)
                                           : MakeTotalCheck(builder, rule);
      if (check.ok()) {
        builder.Add(*std::move(check));
      } else {
        builder.Skip("rule", rule.name, check.status());
      }
    }
    if (rule.condition == nullptr) continue;
    auto bound = builder.scope().Bind(rule.condition, rule.name);
    if (!bound.ok()) {
      builder.Skip("rule", rule.name, bound.status());
      continue;
    }
    builder.Add(std::make_unique<RuleCheck>(
        builder.Start("rule", rule.name), builder.max_examples(),
        FormatExpression(*rule.condition), *std::move(bound)));
  }
}

}  // namespace lakeseed
