// each: the values of a list in their order, one for each row; after the last the list
// begins again.

#include <arrow/api.h>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/choice_values.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Each final : public ColumnGenerator {
 public:
  Each(ChoiceValues values, std::vector<int32_t> places)
      : values_(std::move(values)), places_(std::move(places)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return values_.type(); }
  ColumnShape shape(int) const override { return values_.shape(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int32_t>::Make(length, request.pool));
    const auto size = static_cast<int64_t>(places_.size());
    for (int64_t i = 0; i < length; ++i) {
      memory.data()[i] = places_[static_cast<size_t>(request.rows[i] % size)];
    }
    return values_.Finish(std::move(memory), length, request.pool);
  }

 private:
  const ChoiceValues values_;
  const std::vector<int32_t> places_;  ///< Of the list's entries among its values.
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const SpecNode& list = params.value();
  if (!list.is_sequence() || list.items.empty()) {
    return params.Error("", "needs a list of values", std::nullopt,
                        "for example {each: [C, hPa, g]}");
  }
  ChoiceValuesBuilder values;
  std::vector<int32_t> places;
  for (const SpecNode& item : list.items) {
    if (!item.is_scalar()) return params.Error("", "needs a list of plain values");
    places.push_back(values.Add(item));
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_ASSIGN_OR_RAISE(ChoiceValues made, values.Finish(params, context.stated_type()));
  return std::make_unique<Each>(std::move(made), std::move(places));
}

}  // namespace

extern const GeneratorDef kEach{
    .name = "each",
    .summary = "take the values of a list in turn, one for each row",
    .params = "<list>: values, one for each row; after the last it begins again",
    .example = "{each: [temperature, vibration, pressure]}",
    .bind = Bind,
};

}  // namespace lakeseed
