#include "lakeseed/validate/total_check.h"

#include <arrow/api.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "lakeseed/validate/cells.h"

namespace lakeseed {
namespace {

using Expression = std::shared_ptr<const BoundExpression>;

/// Keys of the rows of a block: the bytes of their values, one after another.
class BlockKeys {
 public:
  arrow::Status Read(const std::vector<Expression>& keys, const RowBlock& block) {
    is_null_.assign(static_cast<size_t>(block.length), false);
    bytes_.assign(static_cast<size_t>(block.length), "");
    std::vector<int64_t> integers;
    for (size_t k = 0; k < keys.size(); ++k) {
      ARROW_ASSIGN_OR_RAISE(
          const auto made,
          keys[k]->Evaluate(block.slots, block.length, arrow::default_memory_pool()));
      const bool is_text = IsTextLike(*made->type());
      if (!is_text) ReadIntegers(*made, &integers);
      for (size_t i = 0; i < bytes_.size(); ++i) {
        const auto row = static_cast<int64_t>(i);
        if (made->IsNull(row)) {
          is_null_[i] = true;
        } else if (is_text) {
          const std::string_view text = TextAt(*made, row);
          AddInteger(std::ssize(text), &bytes_[i]);
          bytes_[i] += text;
        } else {
          AddInteger(integers[i], &bytes_[i]);
        }
      }
    }
    return arrow::Status::OK();
  }

  bool IsNull(int64_t i) const { return is_null_[static_cast<size_t>(i)]; }
  const std::string& At(int64_t i) const { return bytes_[static_cast<size_t>(i)]; }

 private:
  static void AddInteger(int64_t value, std::string* bytes) {
    bytes->append(reinterpret_cast<const char*>(&value), sizeof(value));
  }

  std::vector<std::string> bytes_;
  std::vector<bool> is_null_;
};

class TotalCheck final : public TableCheck {
 public:
  struct Side {
    std::vector<Expression> keys;
    Expression value;
  };

  /// `others`: scope of the table that is added up.
  TotalCheck(Check check, int64_t max_examples, std::string column,
             std::shared_ptr<arrow::DataType> type, Side own, Side other,
             std::unique_ptr<TableScope> others)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        type_(std::move(type)),
        own_(std::move(own)),
        other_(std::move(other)),
        others_(std::move(others)) {}

  arrow::Status Add(const RowBlock& block) override {
    if (others_ != nullptr) ARROW_RETURN_NOT_OK(AddUp());
    Count(block);
    ARROW_RETURN_NOT_OK(keys_.Read(own_.keys, block));
    ARROW_ASSIGN_OR_RAISE(const auto values, ValuesOf(own_, block));
    ReadIntegers(*values, &integers_);
    for (int64_t i = 0; i < block.length; ++i) {
      if (keys_.IsNull(i) || block.IsUnknown(i)) continue;
      const auto at = sums_.find(keys_.At(i));
      const int64_t expected = at == sums_.end() ? 0 : at->second;
      if (values->IsValid(i) && integers_[static_cast<size_t>(i)] == expected) continue;
      Found(block, i, column_, HasRoom() ? IntegerText(expected, *type_) : "",
            HasRoom() ? CellText(*values, i) : "");
    }
    return arrow::Status::OK();
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(const Side& side,
                                                        const RowBlock& block) const {
    auto* pool = arrow::default_memory_pool();
    ARROW_ASSIGN_OR_RAISE(const auto made,
                          side.value->Evaluate(block.slots, block.length, pool));
    return CastExactly(made, type_, pool);
  }

  /// Read the other table, once.
  arrow::Status AddUp() {
    const std::unique_ptr<TableScope> scope = std::move(others_);
    ARROW_RETURN_NOT_OK(scope->Prepare());
    RowBlock block;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const bool more, scope->Next(&block));
      if (!more) return arrow::Status::OK();
      ARROW_RETURN_NOT_OK(keys_.Read(other_.keys, block));
      ARROW_ASSIGN_OR_RAISE(const auto values, ValuesOf(other_, block));
      ReadIntegers(*values, &integers_);
      for (int64_t i = 0; i < block.length; ++i) {
        if (keys_.IsNull(i) || values->IsNull(i)) continue;
        sums_[keys_.At(i)] += integers_[static_cast<size_t>(i)];
      }
    }
  }

  const std::string column_;
  const std::shared_ptr<arrow::DataType> type_;
  const Side own_, other_;
  std::unique_ptr<TableScope> others_;  ///< Until it is read.
  /// Only looked up, so its order reaches no result.
  std::unordered_map<std::string, int64_t> sums_;
  BlockKeys keys_;
  std::vector<int64_t> integers_;
};

arrow::Result<Expression> BindKey(TableScope& scope, const ExprPtr& expression,
                                  const std::string& rule) {
  ARROW_ASSIGN_OR_RAISE(Expression bound, scope.Bind(expression, rule));
  if (HoldsIntegers(*bound->type()) || IsTextLike(*bound->type())) return bound;
  return arrow::Status::NotImplemented("keys are integers, days or texts");
}

arrow::Result<Expression> BindInteger(TableScope& scope, const ExprPtr& expression,
                                      const std::string& rule) {
  ARROW_ASSIGN_OR_RAISE(Expression bound, scope.Bind(expression, rule));
  if (HoldsIntegers(*bound->type())) return bound;
  return arrow::Status::NotImplemented("only integers and decimals add up exactly");
}

/// Whether the files have all rows that a total may need.
arrow::Status CheckWhole(const CheckBuilder& builder, const TableFiles& own,
                         const TableFiles* other, const TotalRule& total) {
  if (other == nullptr || !other->incomplete.empty() || !other->broken_days.empty()) {
    return arrow::Status::NotImplemented("the rows of ", total.of,
                                         " are not all in the files");
  }
  const DateRange window = builder.dataset().window;
  for (const TableFiles* files : {&own, other}) {
    const bool is_whole = files->kind == DayKind::kAllAtOnce ||
                          (files->kind == DayKind::kEvents && files->Covers(window));
    if (is_whole) continue;
    return arrow::Status::NotImplemented("the files do not have all days of the window");
  }
  if (builder.dataset().FindTable(total.of)->dirt != nullptr) {
    return arrow::Status::NotImplemented("rows of ", total.of, " are wrong on purpose");
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::unique_ptr<TableCheck>> MakeTotalCheck(CheckBuilder& builder,
                                                          const RuleSpec& rule) {
  const TotalRule& total = *rule.total;
  TableScope& scope = builder.scope();
  const TableFiles* other = scope.files().Find(total.of);
  ARROW_RETURN_NOT_OK(CheckWhole(builder, scope.own(), other, total));
  auto others =
      std::make_unique<TableScope>(&scope.files(), builder.dataset().FindTable(total.of));
  ARROW_ASSIGN_OR_RAISE(const auto value, scope.Column(total.column));
  if (!HoldsIntegers(*value.type)) {
    return arrow::Status::NotImplemented("only integers and decimals add up exactly");
  }
  auto column = std::make_shared<Expr>();
  column->kind = Expr::Kind::kPath;
  column->path = {total.column};
  TotalCheck::Side own, theirs;
  ARROW_ASSIGN_OR_RAISE(own.value, BindInteger(scope, column, rule.name));
  ARROW_ASSIGN_OR_RAISE(theirs.value, BindInteger(*others, total.sum, rule.name));
  for (const auto& [mine, yours] : total.match) {
    ARROW_ASSIGN_OR_RAISE(own.keys.emplace_back(), BindKey(scope, mine, rule.name));
    ARROW_ASSIGN_OR_RAISE(theirs.keys.emplace_back(), BindKey(*others, yours, rule.name));
  }
  return std::make_unique<TotalCheck>(
      builder.Start("rule", rule.name), builder.max_examples(), total.column, value.type,
      std::move(own), std::move(theirs), std::move(others));
}

}  // namespace lakeseed
