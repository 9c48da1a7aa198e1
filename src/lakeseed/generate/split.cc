// split: true for an exact share of the rows, evenly spread over them.
//
// Law     Among any n rows in a row the number of true ones is within 2 of share * n.
//         Another table can take exactly the true rows: `match: {with: …, where: …}`.
// Method  Strata (strata.h) over the row number; shares are in billionths.

#include "lakeseed/generate/split.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <memory>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

arrow::Result<Strata> ReadSplit(Params& params, const Key& key) {
  constexpr int64_t kUnit = 1'000'000'000;
  const std::string_view name = params.is_mapping() ? "share" : "";
  ARROW_ASSIGN_OR_RAISE(const double share, params.GetDouble(name));
  if (!(share >= 0 && share <= 1)) {
    return params.Error(name, "a share must be in [0, 1]", fmt::format("{}", share));
  }
  const auto chosen = static_cast<int64_t>(share * static_cast<double>(kUnit) + 0.5);
  return Strata(key, kUnit, chosen);
}

namespace {

class Split final : public ColumnGenerator {
 public:
  explicit Split(const Strata& strata) : strata_(strata) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kBoolean}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    arrow::BooleanBuilder builder(request.pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(request.rows.length()));
    for (int64_t i = 0; i < request.rows.length(); ++i) {
      builder.UnsafeAppend(strata_.MatchOf(request.rows[i]) >= 0);
    }
    return builder.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::boolean();
  const Strata strata_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const Strata strata, ReadSplit(params, context.key("value")));
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Split>(strata);
}

}  // namespace

extern const GeneratorDef kSplit{
    .name = "split",
    .summary = "make exactly a share of the rows true, evenly spread over the table",
    .params = "share: share of true in [0, 1]",
    .example = "{split: 0.7}",
    .bind = Bind,
};

}  // namespace lakeseed
