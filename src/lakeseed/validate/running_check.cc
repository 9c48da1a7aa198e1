#include "lakeseed/validate/running_check.h"

#include <arrow/api.h>

#include <unordered_map>
#include <utility>

#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"

namespace lakeseed {
namespace {

using Expression = std::shared_ptr<const BoundExpression>;

class RunningCheck final : public TableCheck {
 public:
  struct Slots {
    std::string column;
    int running = -1, per = -1;
    std::shared_ptr<arrow::DataType> type;  ///< Of the running column.
  };

  /// `starts_known`: the first file has the first row of everything.
  RunningCheck(Check check, int64_t max_examples, Slots slots, Expression adds,
               Expression from, bool starts_known)
      : TableCheck(std::move(check), max_examples),
        slots_(std::move(slots)),
        adds_(std::move(adds)),
        from_(std::move(from)),
        starts_known_(starts_known) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    Turn(block);
    const arrow::Status status = ReadAll(block);
    if (!status.ok()) {
      Found(block, 0, slots_.column, "a value", status.message());
      return arrow::Status::OK();
    }
    const auto& cells = *block.slots[static_cast<size_t>(slots_.running)];
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      const auto [last, is_first] = last_.try_emplace(per_[at], from_values_[at]);
      const int64_t expected = last->second + adds_values_[at];
      last->second = values_[at];
      if (block.IsUnknown(i) || (is_first && !starts_known_)) continue;
      if (cells.IsValid(i) && values_[at] == expected) continue;
      Found(block, i, slots_.column, HasRoom() ? IntegerText(expected, *slots_.type) : "",
            HasRoom() ? CellText(cells, i) : "");
    }
    return arrow::Status::OK();
  }

 private:
  void Turn(const RowBlock& block) {
    const auto& day = block.file->day;
    if (day && day_ && *day > *day_ + 1) {
      last_.clear();
      starts_known_ = false;
    }
    day_ = day;
  }

  arrow::Status ReadAll(const RowBlock& block) {
    const auto integers = [&](const Expression& expression, std::vector<int64_t>* out) {
      auto* pool = arrow::default_memory_pool();
      ARROW_ASSIGN_OR_RAISE(auto made,
                            expression->Evaluate(block.slots, block.length, pool));
      ARROW_ASSIGN_OR_RAISE(made, CastExactly(made, slots_.type, pool));
      ReadIntegers(*made, out);
      return arrow::Status::OK();
    };
    ARROW_RETURN_NOT_OK(integers(adds_, &adds_values_));
    ARROW_RETURN_NOT_OK(integers(from_, &from_values_));
    ReadIntegers(*block.slots[static_cast<size_t>(slots_.running)], &values_);
    ReadIntegers(*block.slots[static_cast<size_t>(slots_.per)], &per_);
    return arrow::Status::OK();
  }

  const Slots slots_;
  const Expression adds_, from_;
  bool starts_known_;
  std::optional<int32_t> day_;
  /// Only looked up, so its order reaches no result.
  std::unordered_map<int64_t, int64_t> last_;
  std::vector<int64_t> values_, per_, adds_values_, from_values_;
};

}  // namespace

arrow::Result<std::unique_ptr<TableCheck>> MakeRunningCheck(CheckBuilder& builder,
                                                            const RuleSpec& rule) {
  TableScope& scope = builder.scope();
  if (!scope.own().unordered.empty()) {
    return arrow::Status::NotImplemented(scope.own().unordered);
  }
  const RunningRule& running = *rule.running;
  ARROW_ASSIGN_OR_RAISE(const auto value, scope.Column(running.column));
  ARROW_ASSIGN_OR_RAISE(const auto per, scope.Column(running.per));
  ARROW_ASSIGN_OR_RAISE(auto adds, scope.Bind(running.adds, rule.name));
  ARROW_ASSIGN_OR_RAISE(auto from, scope.Bind(running.from, rule.name));
  for (const auto& input : {value, per}) {
    if (!HoldsIntegers(*input.type)) {
      return arrow::Status::NotImplemented("only integers and decimals add up exactly");
    }
  }
  const DatasetSpec& dataset = builder.dataset();
  const TableFiles& own = scope.own();
  const bool is_whole = own.kind == DayKind::kAllAtOnce;
  const int32_t first = is_whole ? dataset.window.from : own.days().from;
  return std::make_unique<RunningCheck>(
      builder.Start("rule", rule.name), builder.max_examples(),
      RunningCheck::Slots{running.column, value.index, per.index, value.type},
      std::move(adds), std::move(from), first == dataset.epoch);
}

}  // namespace lakeseed
