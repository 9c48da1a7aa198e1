// boolean: true with a given probability.
//
// Method  One cell below probability * 2^64; the error is at most 2^-53.

#include <arrow/api.h>
#include <fmt/format.h>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Boolean final : public ColumnGenerator {
 public:
  Boolean(const Key& key, double probability)
      : key_(key),
        always_(probability >= 1),
        threshold_(always_ ? 0 : static_cast<uint64_t>(probability * 0x1p64)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kBoolean}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                          arrow::AllocateEmptyBitmap(length, request.pool));
    uint8_t* out = bits->mutable_data();
    // Blocks begin at whole bytes, since their length is a multiple of 8.
    ForEachCellBlock(key_, request.rows, 0,
                     [&](int64_t first, int64_t count, const uint64_t* cells) {
                       for (int64_t i = 0; i < count; ++i) {
                         const unsigned bit = always_ || cells[i] < threshold_ ? 1 : 0;
                         uint8_t& byte = out[(first + i) / 8];
                         byte = static_cast<uint8_t>(byte | (bit << ((first + i) % 8)));
                       }
                     });
    return std::make_shared<arrow::BooleanArray>(length, std::move(bits));
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::boolean();
  const Key key_;
  const bool always_;
  const uint64_t threshold_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const std::string_view key = params.is_mapping() ? "probability" : "";
  ARROW_ASSIGN_OR_RAISE(const double probability, params.GetDouble(key));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (!(probability >= 0 && probability <= 1)) {
    return params.Error(key, "must be between 0 and 1", fmt::format("{}", probability));
  }
  return std::make_unique<Boolean>(context.key("value"), probability);
}

}  // namespace

extern const GeneratorDef kBoolean{
    .name = "boolean",
    .summary = "draw true with a given probability",
    .params = "probability: share of true in [0, 1]",
    .example = "{boolean: 0.85}",
    .bind = Bind,
};

}  // namespace lakeseed
