// matched: the key of the row that a row is matched to, by the `match:` of its table or
// of the other one; reached: how many stages of its funnel a row reaches.
//
// Method  Funnel (funnel.h): closed forms both ways, nothing is looked up.

#include <arrow/api.h>

#include <memory>
#include <string>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/funnel.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Matched final : public ColumnGenerator {
 public:
  /// `here`: the funnel is that of this column's table.
  Matched(const Funnel& funnel, bool here) : funnel_(funnel), here_(here) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.nullable = true}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    int64_t* out = memory.data();
    for (int64_t i = 0; i < length; ++i) {
      const int64_t row = request.rows[i];
      const int64_t other = here_ ? funnel_.MatchOf(row) : funnel_.RowOfMatch(row);
      out[i] = other + 1;
      if (other >= 0) continue;
      ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Funnel& funnel_;
  const bool here_;
};

class Reached final : public ColumnGenerator {
 public:
  explicit Reached(const Funnel& funnel) : funnel_(funnel) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kBounded, .min = 1, .max = funnel_.stages()};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    for (int64_t i = 0; i < length; ++i) {
      memory.data()[i] = funnel_.StageOf(request.rows[i]);
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Funnel& funnel_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> BindMatched(Params& params,
                                                            BindContext& context) {
  const std::string_view key = params.is_mapping() ? "to" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText(key));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable other,
                        context.Table(name, params.Find(key)->place));
  ARROW_RETURN_NOT_OK(params.Finish());
  const Funnel* mine = context.rows().funnel();
  const Funnel* theirs = other.rows->funnel();
  if (mine != nullptr && &mine->other() == other.rows) {
    return std::make_unique<Matched>(*mine, true);
  }
  if (theirs != nullptr && &theirs->other() == &context.rows()) {
    return std::make_unique<Matched>(*theirs, false);
  }
  return params.Error(key, "is not matched with this table", name,
                      "add `match: {with: " + name + "}` to this table");
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindReached(Params& params,
                                                            BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  if (context.rows().funnel() == nullptr) {
    return params.Error("", "this table has no stages", std::nullopt,
                        "add `match: {with: …, stages: …}` to it");
  }
  return std::make_unique<Reached>(*context.rows().funnel());
}

}  // namespace

extern const GeneratorDef kMatched{
    .name = "matched",
    .summary = "give the key of the row that the table's match pairs this row with",
    .params = "to: the other table (required; may stand alone: {matched: orders})",
    .example = "{matched: orders}",
    .bind = BindMatched,
};

extern const GeneratorDef kReached{
    .name = "reached",
    .summary = "count the stages of the table's match that a row reaches, from 1",
    .params = "",
    .example = "{reached: {}}",
    .bind = BindReached,
};

}  // namespace lakeseed
