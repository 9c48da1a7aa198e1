#include "lakeseed/generate/number_input.h"

#include <arrow/api.h>

#include <string>

#include "lakeseed/generate/literal.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {

bool NumberInput::Values::IsNull(int64_t i) const { return nulls_->IsNull(i); }

arrow::Result<NumberInput> NumberInput::Read(Params& params, BindContext& context,
                                             std::string_view key, double fallback,
                                             std::string_view unit) {
  NumberInput number;
  number.constant_ = fallback;
  const SpecNode* node = params.Find(key);
  if (node == nullptr) return number;
  if (!node->is_scalar()) return params.Error(key, "must be a number or an expression");
  std::string_view text = node->text;
  if (!unit.empty() && text.ends_with(unit)) {
    text.remove_suffix(unit.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
    const auto value = ParseDoubleLiteral(text);
    if (!value) return params.Error(key, "must be a number", node->text);
    number.constant_ = *value;
    return number;
  }
  // A literal, or an expression over parameters; else it is one over the row.
  const arrow::Result<double> constant = params.GetDouble(key);
  if (constant.ok()) {
    number.constant_ = *constant;
    return number;
  }
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*node));
  const arrow::Type::type type = input.type->id();
  if (type != arrow::Type::DOUBLE && type != arrow::Type::INT64 &&
      type != arrow::Type::INT32 && type != arrow::Type::DECIMAL64) {
    return params.Error(key, "must be a number", input.type->ToString());
  }
  number.input_ = input.index;
  return number;
}

NumberInput::Values NumberInput::Of(const GenerateRequest& request) const {
  Values values;
  values.fallback_ = constant_;
  if (input_ < 0) return values;
  const arrow::Array& array = *request.inputs[static_cast<size_t>(input_)];
  if (array.null_count() > 0) values.nulls_ = &array;
  switch (array.type_id()) {
    case arrow::Type::DOUBLE:
      values.doubles_ = array.data()->GetValues<double>(1);
      break;
    case arrow::Type::INT32:
      values.narrow_ = array.data()->GetValues<int32_t>(1);
      break;
    default:
      values.wide_ = array.data()->GetValues<int64_t>(1);
      for (int i = 0; i < ScaleOf(*array.type()); ++i) values.scale_ *= 10;
  }
  return values;
}

}  // namespace lakeseed
