// line: number of a child among the children of its parent, from 1.
//
// Method  Row number less the first child's of its parent (fanout.h).

#include <arrow/api.h>

#include <memory>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Line final : public ColumnGenerator {
 public:
  explicit Line(const Fanout& fanout) : fanout_(fanout) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kBounded, .min = 1, .max = fanout_.max()};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    std::vector<int64_t> parents(static_cast<size_t>(length)), first(parents.size());
    fanout_.ParentsOf(request.rows, parents.data());
    fanout_.FirstChildrenOf(Rows(std::move(parents)), first.data());
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    for (int64_t i = 0; i < length; ++i) {
      memory.data()[i] = request.rows[i] - first[static_cast<size_t>(i)] + 1;
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Fanout& fanout_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  if (context.rows().fanout() == nullptr) {
    return params.Error("", "only children have a line", std::nullopt,
                        "make this table `per: {parent: …, count: …}`");
  }
  return std::make_unique<Line>(*context.rows().fanout());
}

}  // namespace

extern const GeneratorDef kLine{
    .name = "line",
    .summary = "number the children of each parent from 1",
    .params = "",
    .example = "{line: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
