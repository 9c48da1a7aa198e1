// choice: one of a list of values with weights; in its conditional form the
// weights depend on another value of the row.
//
// Method  Alias table, one cell; of few values by its steps. Text arrives as codes
//         into one dictionary that all laws share; the codes follow the file's order.

#include <arrow/api.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/block_kernel.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/choice_steps.h"
#include "lakeseed/generate/choice_values.h"
#include "lakeseed/generate/coded_generator.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/input_text.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int32_t kNoLaw = -1;

/// Over so many laws each cell is picked from all of them, in vectors: fewer steps than
/// the look-up of a row's own law.
constexpr size_t kFewLaws = 4;

/// Weights over places in the common list of values.
struct Law {
  std::vector<int32_t> places;
  AliasTable table;
};

/// to[i] = from[i] where the row's law is `law`; others keep theirs.
LAKESEED_KERNEL(void, TakeLaw,
                (const int32_t* law_of, int32_t law, const int32_t* from, int64_t count,
                 int32_t* to),
                (law_of, law, from, count, to)) {
  for (int64_t i = 0; i < count; ++i) to[i] = law_of[i] == law ? from[i] : to[i];
}

class Choice final : public ColumnGenerator, public CodedGenerator, public BlockKernel {
 public:
  Choice(const Key& key, ChoiceValues values, Law law)
      : key_(key), values_(std::move(values)), steps_(StepsOf(values_, std::move(law))) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return values_.type(); }
  ColumnShape shape(int) const override { return values_.shape(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    if (type()->id() == arrow::Type::BOOL) {
      ARROW_ASSIGN_OR_RAISE(auto codes,
                            ColumnMemory<int32_t>::Make(length, request.pool));
      CodesOf(request.rows, codes.data());
      return ValuesOf(std::move(codes), length, request.pool);
    }
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::Buffer> values,
        arrow::AllocateBuffer(length * type()->byte_width(), request.pool));
    Fill(request.rows, values->mutable_data());
    auto data = arrow::ArrayData::Make(type(), length, {nullptr, std::move(values)}, 0);
    if (values_.dictionary() != nullptr) data->dictionary = values_.dictionary()->data();
    return arrow::MakeArray(std::move(data));
  }

  std::shared_ptr<const ColumnBlocks> Blocks(
      const GenerateRequest& request) const override {
    if (type()->id() == arrow::Type::BOOL) return nullptr;
    return MakeBlocks(*this, type(), values_.dictionary(), request.rows);
  }
  void Fill(const Rows& rows, void* out) const override {
    ForEachCellBlock(
        key_, rows, 0, [&](int64_t first, int64_t count, const uint64_t* cells) {
          int32_t codes[kBlockRows];
          steps_.CodesOf(cells, count, codes);
          values_.Look(codes, count,
                       static_cast<uint8_t*>(out) + first * type()->byte_width());
        });
  }

  void CodesOf(const Rows& rows, int32_t* codes) const override {
    ForEachCellBlock(key_, rows, 0,
                     [&](int64_t first, int64_t count, const uint64_t* cells) {
                       steps_.CodesOf(cells, count, codes + first);
                     });
  }
  arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(
      ColumnMemory<int32_t> codes, int64_t length,
      arrow::MemoryPool* pool) const override {
    return values_.Finish(std::move(codes), length, pool);
  }

 private:
  static ChoiceSteps StepsOf(const ChoiceValues& values, Law law) {
    // Literals may differ where their values do not: 1.5 and 1.50.
    for (int32_t& place : law.places) place = values.FirstAlike(place);
    return {std::move(law.table), std::move(law.places)};
  }

  const Key key_;
  const ChoiceValues values_;
  const ChoiceSteps steps_;
};

class ConditionalChoice final : public ColumnGenerator {
 public:
  ConditionalChoice(const Key& key, ChoiceValues values, BoundInput by,
                    std::vector<Law> laws, std::map<std::string, int32_t, std::less<>> of,
                    int32_t fallback)
      : key_(key),
        values_(std::move(values)),
        by_(std::move(by)),
        of_(std::move(of)),
        fallback_(fallback) {
    for (Law& law : laws) laws_.emplace_back(std::move(law.table), std::move(law.places));
  }

  const std::shared_ptr<arrow::DataType>& type() const override { return values_.type(); }
  ColumnShape shape(int) const override {
    ColumnShape shape = values_.shape();
    shape.nullable = true;  // The deciding value may be null or not listed.
    return shape;
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    std::vector<int32_t> law_of(static_cast<size_t>(length));
    ARROW_RETURN_NOT_OK(MatchText(*request.inputs[static_cast<size_t>(by_.index)], of_,
                                  fallback_, kNoLaw, law_of.data()));
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int32_t>::Make(length, request.pool));
    ForEachCellBlock(
        key_, request.rows, 0, [&](int64_t first, int64_t count, const uint64_t* cells) {
          PicksOf(law_of.data() + first, cells, count, memory.data() + first);
        });
    if (std::find(law_of.begin(), law_of.end(), kNoLaw) != law_of.end()) {
      for (int64_t i = 0; i < length; ++i) {
        if (law_of[static_cast<size_t>(i)] != kNoLaw) continue;
        ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
      }
    }
    return values_.Finish(std::move(memory), length, request.pool);
  }

 private:
  /// Of a row without a law: 0.
  void PicksOf(const int32_t* law_of, const uint64_t* cells, int64_t count,
               int32_t* out) const {
    std::fill_n(out, count, 0);
    if (laws_.size() > kFewLaws || SimdLevelInUse() == SimdLevel::kBaseline) {
      for (int64_t i = 0; i < count; ++i) {
        if (law_of[i] != kNoLaw) {
          out[i] = laws_[static_cast<size_t>(law_of[i])].CodeOf(cells[i]);
        }
      }
      return;
    }
    int32_t picks[kBlockRows];
    for (size_t law = 0; law < laws_.size(); ++law) {
      laws_[law].CodesOf(cells, count, picks);
      TakeLaw(law_of, static_cast<int32_t>(law), picks, count, out);
    }
  }

  const Key key_;
  const ChoiceValues values_;
  const BoundInput by_;
  std::vector<ChoiceSteps> laws_;  ///< Places of values.
  const std::map<std::string, int32_t, std::less<>> of_;
  const int32_t fallback_;
};

using Weights = std::vector<std::pair<SpecNode, double>>;

arrow::Result<Law> MakeLaw(const Params& params, const Weights& weights,
                           ChoiceValuesBuilder* values) {
  Law law;
  std::vector<double> numbers;
  for (const auto& [node, weight] : weights) {
    law.places.push_back(values->Add(node));
    numbers.push_back(weight);
  }
  arrow::Result<AliasTable> table = AliasTable::Make(numbers);
  if (!table.ok()) {
    return params.Error("", "needs weights of at least 0 that are not all 0");
  }
  law.table = *std::move(table);
  return law;
}

/// {by: …, of: {…}} and nothing else; `by` and `of` may be values of a plain
/// choice too, but then their weights are numbers.
bool IsConditional(const Params& params) {
  if (!params.is_mapping() || params.value().is_null()) return false;
  const SpecNode* of = params.value().Find("of");
  return of != nullptr && params.value().Find("by") != nullptr && of->is_mapping();
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindConditional(Params& params,
                                                                BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const BoundInput by, context.Input(*params.Find("by")));
  if (!CanMatchText(*by.type)) {
    return params.Error("by", "must be a text, an integer or a boolean",
                        by.type->ToString());
  }
  const SpecNode& of = *params.Find("of");
  ARROW_RETURN_NOT_OK(params.Finish());
  std::vector<Law> laws;
  std::map<std::string, int32_t, std::less<>> law_of;
  int32_t fallback = kNoLaw;
  ChoiceValuesBuilder values;
  for (const auto& [name, node] : of.entries) {
    Params part({params.generator(), node, name.place},
                params.path() + ".of." + name.text);
    ARROW_ASSIGN_OR_RAISE(const Weights weights, part.GetWeights(""));
    ARROW_ASSIGN_OR_RAISE(Law law, MakeLaw(part, weights, &values));
    const auto index = static_cast<int32_t>(laws.size());
    (name.text == "default" && !name.quoted ? fallback : law_of[name.text]) = index;
    laws.push_back(std::move(law));
  }
  if (laws.empty()) return params.Error("of", "needs at least one law");
  ARROW_ASSIGN_OR_RAISE(ChoiceValues made, values.Finish(params, context.stated_type()));
  return std::make_unique<ConditionalChoice>(context.key("value"), std::move(made), by,
                                             std::move(laws), std::move(law_of),
                                             fallback);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  if (IsConditional(params)) return BindConditional(params, context);
  ARROW_ASSIGN_OR_RAISE(const Weights weights, params.GetWeights(""));
  ChoiceValuesBuilder values;
  ARROW_ASSIGN_OR_RAISE(Law law, MakeLaw(params, weights, &values));
  ARROW_ASSIGN_OR_RAISE(ChoiceValues made, values.Finish(params, context.stated_type()));
  return std::make_unique<Choice>(context.key("value"), std::move(made), std::move(law));
}

}  // namespace

extern const GeneratorDef kChoice{
    .name = "choice",
    .summary = "draw one of a list of values with weights",
    .params =
        "<value>: its weight; or a list of values, all equally likely\n"
        "by: value of the row that decides between the laws under `of` (none)\n"
        "of: with `by`: for each of its values the weights; `default` for all "
        "others (null)",
    .example =
        "{choice: {by: channel, of: {in_store: {Cash: 0.2, Card: 0.8}, "
        "default: {Card: 0.7, PayPal: 0.3}}}}",
    .bind = Bind,
};

}  // namespace lakeseed
