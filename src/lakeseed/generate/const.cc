// const: one value for every row, typed as stated or by its form.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class ConstText final : public ColumnGenerator {
 public:
  explicit ConstText(std::shared_ptr<arrow::Array> dictionary)
      : dictionary_(std::move(dictionary)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return CategoryType(); }
  ColumnShape shape(int) const override {
    ColumnShape shape;
    shape.kind = ShapeKind::kConstant;
    shape.num_categories = 1;
    return shape;
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int32_t>::Make(length, request.pool));
    std::fill_n(memory.data(), length, 0);
    return std::move(memory).FinishCodes(CategoryType(), dictionary_);
  }

 private:
  const std::shared_ptr<arrow::Array> dictionary_;
};

class ConstBoolean final : public ColumnGenerator {
 public:
  explicit ConstBoolean(bool value) : value_(value) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kBoolean}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                          arrow::AllocateBitmap(length, request.pool));
    arrow::bit_util::SetBitsTo(bits->mutable_data(), 0, length, value_);
    return std::make_shared<arrow::BooleanArray>(length, std::move(bits));
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::boolean();
  const bool value_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const SpecNode* node = params.is_mapping() ? params.Find("value") : &params.value();
  ARROW_RETURN_NOT_OK(params.Finish());
  const std::string_view key = params.is_mapping() ? "value" : "";
  if (node == nullptr || !node->is_scalar()) {
    return params.Error(key, "needs one value", std::nullopt, "for example {const: web}");
  }
  const Literal literal = LiteralOf(*node);
  const auto stated = NarrowDecimal(context.stated_type());
  const auto type = stated != nullptr ? stated : CommonType({&literal, 1});
  if (type->id() == arrow::Type::STRING || type->id() == arrow::Type::DICTIONARY) {
    arrow::StringBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Append(literal.text));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> dictionary, builder.Finish());
    return std::make_unique<ConstText>(std::move(dictionary));
  }
  if (type->id() == arrow::Type::DOUBLE && (literal.kind == Literal::Kind::kInteger ||
                                            literal.kind == Literal::Kind::kDecimal)) {
    return MakeRealColumn(params, context, RealLaw::Constant(literal.ToDouble()));
  }
  const arrow::Result<int64_t> number = NumberAs(literal, *type);
  if (!number.ok()) return params.Error(key, number.status().message(), literal.text);
  if (type->id() == arrow::Type::BOOL)
    return std::make_unique<ConstBoolean>(*number != 0);
  return MakeEvenColumn(context.key("value"), IntegerTypeFor(type), *number, 0, 1);
}

}  // namespace

extern const GeneratorDef kConst{
    .name = "const",
    .summary = "give every row the same value",
    .params =
        "value: the value; its form shows the type: 5, 4.99, 2024-01-31, true, or text",
    .example = "{const: web}",
    .bind = Bind,
};

}  // namespace lakeseed
