#include "lakeseed/generate/fitting_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/input_text.h"

namespace lakeseed {

namespace {

using Column = VocabularyTable::Column;

constexpr int64_t kMostLaws = 4'000'000;

arrow::Result<const Column*> FindColumn(const Params& params, std::string_view key,
                                        const VocabularyTable& table,
                                        const std::string& name, bool text) {
  const arrow::Result<size_t> index = table.IndexOf(name);
  const auto fits = [text](const VocabularyTable::Head& head) {
    return (head.type == VocabularyTable::Type::kText) == text;
  };
  if (index.ok() && fits(table.heads()[*index])) return table.ColumnAt(*index);
  std::vector<std::string> names;
  for (const VocabularyTable::Head& one : table.heads()) {
    if (fits(one)) names.push_back(one.name);
  }
  std::string hint = DidYouMean(name, names);
  if (hint.empty() && names.empty()) hint = "the table has none";
  return params.Error(key, text ? "needs a column of text" : "needs a column of numbers",
                      name, hint);
}

std::vector<double> NumbersOf(const Column& column) {
  if (column.type == VocabularyTable::Type::kDouble) return column.doubles;
  return {column.integers.begin(), column.integers.end()};
}

}  // namespace

auto FittingRows::ReadMatch(Params& params, BindContext& context,
                            const VocabularyTable& table, std::string_view key)
    -> arrow::Result<Match> {
  Match match;
  const SpecNode* node = params.Find(key);
  if (node == nullptr) return match;
  if (!node->is_mapping() || node->entries.size() != 1) {
    return params.Error(key, "names one column and its value", std::nullopt,
                        "write " + std::string(key) + ": {column: expression}");
  }
  const auto& [name, value] = node->entries.front();
  ARROW_ASSIGN_OR_RAISE(const Column* column,
                        FindColumn(params, key, table, name.text, true));
  for (const std::string_view text : column->text) {
    const auto next = static_cast<int32_t>(match.numbers.size());
    match.of.push_back(match.numbers.emplace(text, next).first->second);
  }
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(value));
  if (!CanMatchText(*input.type)) {
    return params.Error(key, "must be text", input.type->ToString());
  }
  match.input = input.index;
  return match;
}

arrow::Status FittingRows::ReadRange(Params& params, BindContext& context,
                                     const VocabularyTable& table) {
  const SpecNode* node = params.Find("between");
  if (node == nullptr) return arrow::Status::OK();
  const SpecNode* value = node->Find("value");
  const SpecNode* low = node->Find("low");
  const SpecNode* high = node->Find("high");
  if (value == nullptr || low == nullptr || high == nullptr ||
      node->entries.size() != 3) {
    return params.Error("between", "needs value, low and high", std::nullopt,
                        "write between: {value: age, low: age_low, high: age_high}");
  }
  for (const auto& [name, bounds] : {std::pair{low, &low_}, std::pair{high, &high_}}) {
    ARROW_ASSIGN_OR_RAISE(const Column* column,
                          FindColumn(params, "between", table, name->text, false));
    *bounds = column->integers;
    if (bounds->empty()) return params.Error("between", "needs integers", name->text);
  }
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*value));
  if (input.type->id() != arrow::Type::INT64) {
    return params.Error("between", "must be an integer", input.type->ToString());
  }
  value_ = input.index;
  least_ = *std::min_element(low_.begin(), low_.end());
  values_ = *std::max_element(high_.begin(), high_.end()) - least_ + 1;
  if (values_ < 1 || values_ > kMostLaws) {
    return params.Error("between", "covers too many values", std::to_string(values_));
  }
  return arrow::Status::OK();
}

arrow::Status FittingRows::ReadWeights(Params& params, BindContext& context,
                                       const VocabularyTable& table) {
  const SpecNode* node = params.Find("weight");
  if (node == nullptr) {
    weights_.emplace_back(static_cast<size_t>(num_rows_), 1.0);
  } else if (node->is_scalar()) {
    ARROW_ASSIGN_OR_RAISE(const Column* column,
                          FindColumn(params, "weight", table, node->text, false));
    weights_.push_back(NumbersOf(*column));
  } else {
    const SpecNode* by = params.Find("weight_by");
    if (by == nullptr) {
      return params.Error("weight", "by value needs weight_by, which has the value");
    }
    ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*by));
    if (!CanMatchText(*input.type)) {
      return params.Error("weight_by", "must be text", input.type->ToString());
    }
    by_ = input.index;
    for (const auto& [value, name] : node->entries) {
      ARROW_ASSIGN_OR_RAISE(const Column* column,
                            FindColumn(params, "weight", table, name.text, false));
      weight_numbers_.emplace(value.text, static_cast<int32_t>(weights_.size()));
      weights_.push_back(NumbersOf(*column));
    }
  }
  const bool sound = std::all_of(weights_.begin(), weights_.end(), [](const auto& one) {
    return std::all_of(one.begin(), one.end(), [](double w) { return w >= 0; }) &&
           std::any_of(one.begin(), one.end(), [](double w) { return w > 0; });
  });
  if (!sound || weights_.empty()) {
    return params.Error("weight", "needs weights of at least 0 that are not all 0");
  }
  return arrow::Status::OK();
}

arrow::Result<FittingRows> FittingRows::Read(Params& params, BindContext& context,
                                             const VocabularyTable& table) {
  FittingRows rows;
  rows.num_rows_ = table.num_rows();
  if (!params.is_mapping()) {
    rows.weights_.emplace_back(static_cast<size_t>(rows.num_rows_), 1.0);
  } else {
    ARROW_RETURN_NOT_OK(rows.ReadWeights(params, context, table));
    ARROW_ASSIGN_OR_RAISE(rows.where_, rows.ReadMatch(params, context, table, "where"));
    ARROW_ASSIGN_OR_RAISE(rows.prefer_, rows.ReadMatch(params, context, table, "prefer"));
    ARROW_RETURN_NOT_OK(rows.ReadRange(params, context, table));
  }
  rows.has_conditions_ = rows.where_.input >= 0 || rows.value_ >= 0 || rows.by_ >= 0;
  const auto laws = static_cast<double>(rows.weights_.size()) *
                    static_cast<double>(rows.where_.size()) *
                    static_cast<double>(rows.prefer_.size() + 1) *
                    static_cast<double>(rows.values_);
  if (laws > kMostLaws) {
    return params.Error("", "has too many combinations of conditions");
  }
  ARROW_RETURN_NOT_OK(rows.MakeLaws());
  return rows;
}

size_t FittingRows::PlaceOf(int64_t weights, int64_t where, int64_t prefer,
                            int64_t value) const {
  const int64_t place =
      ((weights * where_.size() + where) * (prefer_.size() + 1) + prefer) * values_;
  return static_cast<size_t>(place + value);
}

arrow::Result<int32_t> FittingRows::LawOf(
    size_t weights, std::vector<int32_t> rows,
    std::map<std::pair<size_t, std::vector<int32_t>>, int32_t>* known) {
  if (rows.empty()) return -1;
  const auto next = static_cast<int32_t>(laws_.size());
  const auto [found, added] = known->emplace(std::pair{weights, std::move(rows)}, next);
  if (!added) return found->second;
  Law law;
  law.rows = found->first.second;
  std::vector<double> shares;
  for (const int32_t row : law.rows) {
    shares.push_back(weights_[weights][static_cast<size_t>(row)]);
  }
  ARROW_ASSIGN_OR_RAISE(law.table, AliasTable::Make(shares));
  laws_.push_back(std::move(law));
  return next;
}

// For each combination of conditions the rows of the table that it leaves.
arrow::Status FittingRows::MakeLaws() {
  std::map<std::pair<size_t, std::vector<int32_t>>, int32_t> known;
  const int64_t any = prefer_.size();  // No preference.
  law_of_.assign(PlaceOf(static_cast<int64_t>(weights_.size()), 0, 0, 0), -1);
  for (size_t w = 0; w < weights_.size(); ++w) {
    for (int64_t where = 0; where < where_.size(); ++where) {
      for (int64_t value = 0; value < values_; ++value) {
        std::vector<std::vector<int32_t>> fitting(static_cast<size_t>(any) + 1);
        for (size_t row = 0; row < static_cast<size_t>(num_rows_); ++row) {
          if (weights_[w][row] <= 0) continue;
          if (where_.input >= 0 && where_.of[row] != where) continue;
          const int64_t here = least_ + value;
          if (value_ >= 0 && (here < low_[row] || here > high_[row])) continue;
          const auto number = static_cast<int32_t>(row);
          fitting.back().push_back(number);
          if (prefer_.input >= 0) {
            fitting[static_cast<size_t>(prefer_.of[row])].push_back(number);
          }
        }
        ARROW_ASSIGN_OR_RAISE(const int32_t all, LawOf(w, fitting.back(), &known));
        for (int64_t prefer = 0; prefer <= any; ++prefer) {
          ARROW_ASSIGN_OR_RAISE(
              const int32_t law,
              LawOf(w, std::move(fitting[static_cast<size_t>(prefer)]), &known));
          law_of_[PlaceOf(static_cast<int64_t>(w), where, prefer, value)] =
              law < 0 ? all : law;
        }
      }
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<int64_t>> FittingRows::Pick(
    const Key& key, const GenerateRequest& request) const {
  const auto size = static_cast<size_t>(request.rows.length());
  const auto read = [&](int input, const Numbers& numbers, int32_t missing,
                        std::vector<int32_t>* out) -> arrow::Status {
    out->assign(size, input < 0 ? 0 : missing);
    if (input < 0) return arrow::Status::OK();
    return MatchText(*request.inputs[static_cast<size_t>(input)], numbers, missing,
                     missing, out->data());
  };
  std::vector<int32_t> weights, where, prefer;
  ARROW_RETURN_NOT_OK(read(by_, weight_numbers_, -1, &weights));
  ARROW_RETURN_NOT_OK(read(where_.input, where_.numbers, -1, &where));
  const auto any = static_cast<int32_t>(prefer_.size());
  ARROW_RETURN_NOT_OK(read(prefer_.input, prefer_.numbers, any, &prefer));
  const auto* values = value_ < 0
                           ? nullptr
                           : static_cast<const arrow::Int64Array*>(
                                 request.inputs[static_cast<size_t>(value_)].get());
  std::vector<int64_t> picks(size, -1);
  for (size_t i = 0; i < size; ++i) {
    const auto row = static_cast<int64_t>(i);
    int64_t value = 0;
    if (values != nullptr) {
      if (values->IsNull(row)) continue;
      value = values->Value(row) - least_;
    }
    if (weights[i] < 0 || where[i] < 0 || value < 0 || value >= values_) continue;
    const int32_t law = law_of_[PlaceOf(weights[i], where[i], prefer[i], value)];
    if (law < 0) continue;
    const Law& one = laws_[static_cast<size_t>(law)];
    picks[i] =
        one.rows[static_cast<size_t>(one.table.Pick(Cell(key, request.rows[row])))];
  }
  return picks;
}

}  // namespace lakeseed
