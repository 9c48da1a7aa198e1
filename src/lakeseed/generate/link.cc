// link: a reference whose key an expression computes.
//
// Law     The value is that of the expression; where it is null there is no reference.

#include <arrow/api.h>

#include <string>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Link final : public ColumnGenerator {
 public:
  Link(int input, bool is_optional) : input_(input), is_optional_(is_optional) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.nullable = is_optional_}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const auto& keys = request.inputs[static_cast<size_t>(input_)];
    if (!is_optional_ && keys->null_count() > 0) {
      return arrow::Status::Invalid("a link without a key: say `optional: true`");
    }
    return keys;
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const int input_;
  const bool is_optional_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText("to"));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable other,
                        context.Table(name, params.Find("to")->place));
  ARROW_ASSIGN_OR_RAISE(const bool is_optional, params.GetBoolOr("optional", false));
  const SpecNode* key = params.Find("key");
  if (key == nullptr) return params.Error("", "missing key", "key");
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*key));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (input.type->id() != arrow::Type::INT64) {
    return params.Error("key", "is no integer", key->text);
  }
  return std::make_unique<Link>(input.index, is_optional);
}

}  // namespace

extern const GeneratorDef kLink{
    .name = "link",
    .summary = "refer to the row of a table whose key an expression computes",
    .params =
        "to: the table (required)\n"
        "key: expression of the key, an integer (required)\n"
        "optional: true if the key may be null (false)",
    .example = "{link: {to: customers, key: $row}}",
    .bind = Bind,
};

}  // namespace lakeseed
